import socket
import threading
from contextlib import suppress


class Wire:
    """A network cable between a browser and the server that can be pulled out.

    Everything goes through it: pages, calls, web sockets, and what a service worker fetches on
    its own. While it is cut nobody is reached, as without a network. What the server was at work
    on it brings to its end, as it would: nobody hears the answer.
    """

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_cut = False
        self.ways = {}
        self.ended = threading.Condition()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Pull it out: what is under way breaks off, too."""
        self.is_cut = True
        for near in list(self.ways):
            _drop(near)

    def rest(self, seconds=30):
        """Wait until the server has ended what was under way; whether it has."""
        with self.ended:
            return self.ended.wait_for(lambda: not self.ways, seconds)

    def mend(self):
        """Plug it in again."""
        self.is_cut = False

    def close(self):
        """Put it away."""
        self.listener.close()
        self.cut()
        for far in list(self.ways.values()):
            _drop(far)

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
        far = self.ways[near] = socket.create_connection(self.target)
        for way in (self._there, self._back):
            threading.Thread(target=way, args=(near, far), daemon=True).start()

    def _there(self, near, far):
        """What the browser sends, until it hangs up."""
        with suppress(OSError):
            while data := near.recv(65536):
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _back(self, near, far):
        """What the server answers, to its end, heard or not."""
        with suppress(OSError):
            while data := far.recv(65536):
                with suppress(OSError):
                    near.sendall(data)
        _drop(near)
        _drop(far)
        with self.ended:
            self.ways.pop(near, None)
            self.ended.notify_all()


def _drop(one):
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
