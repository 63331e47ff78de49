import socket
import threading
from contextlib import suppress


class Wire:
    """A network cable between a browser and the server that can be pulled out.

    Everything goes through it: pages, calls, web sockets, and what a service worker fetches on
    its own. While it is cut nobody is reached, as without a network.
    """

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_cut = False
        self.sockets = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Pull it out: what is under way breaks off, too."""
        self.is_cut = True
        for one in list(self.sockets):
            self._drop(one)

    def mend(self):
        """Plug it in again."""
        self.is_cut = False

    def close(self):
        """Put it away."""
        self.listener.close()
        self.cut()

    def _accept(self):
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
            else:
                self._connect(near)

    def _connect(self, near):
        far = socket.create_connection(self.target)
        self.sockets |= {near, far}
        for source, target in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source, target):
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        self._drop(source)
        self._drop(target)

    def _drop(self, one):
        self.sockets.discard(one)
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
