"""A publisher of recall notices for tests: real HTTP on a real port, in shapes of authorities."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class NoticeServer:
    """Serves until it is closed.

    :ivar answers: dict path -> callable(query dict, body) -> (status, headers, bytes); a plain
        value is sent as JSON
    :ivar requests: list of (method, path, query dict, body, headers)
    """

    def __init__(self):
        self.answers, self.requests = {}, []
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.httpd.server_port}"
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        """Stop serving."""
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join()

    def asked(self, name):
        """Values of a parameter, in the order of the requests."""
        return [query.get(name, [None])[0] for _m, _p, query, _b, _h in self.requests]

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self):
                parts = urlsplit(self.path)
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size) or b"null")
                query = parse_qs(parts.query)
                server.requests.append((self.command, parts.path, query, body, dict(self.headers)))
                answer = server.answers.get(parts.path)
                status, headers, data = self._made(answer, query, body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def _made(self, answer, query, body):
                if answer is None:
                    return 404, {}, b"nothing here"
                if callable(answer):
                    answer = answer(query, body, self.headers)
                if isinstance(answer, tuple):
                    return answer
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                return 200, {"Content-Type": "application/json"}, data

            do_GET = do_POST = _serve

            def log_message(self, *_args):
                pass

        return Handler
