"""An https server of files, Python's own, that misbehaves as the path of the request says.

    files.py FOLDER WORK

It serves FOLDER under a certificate for localhost and 127.0.0.1 that it has openssl make in WORK (cert.pem, key.pem, and both as one in
identity.pem), prints one line of JSON with its ports, and answers each line on standard input with one line of JSON: the requests so far.
It ends when standard input does.
"""

import http.server
import json
import os
import ssl
import subprocess
import sys
import threading

folder, work = sys.argv[1:3]
lock = threading.Lock()
requests = []


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments):
        super().__init__(*arguments, directory=folder)

    def log_message(self, *_):
        pass

    def say(self, status, headers=(), body=b"a page that is no file"):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin(self, length=None, headers=()):
        self.send_response(200)
        for name, value in headers:
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def do_GET(self):
        with lock:
            requests.append(f"{self.command} {self.path}")
        path = self.path.partition("?")[0]
        name = path.strip("/").split("/")[0]
        special = getattr(self, "answer_" + name.replace("-", "_"), None)
        if special:
            special(path)
        elif self.command == "HEAD":
            super().do_HEAD()
        else:
            super().do_GET()

    do_HEAD = do_GET

    def answer_status(self, path):
        status = int(path.rsplit("/", 1)[1])
        self.say(status, [("Retry-After", "120")] if status in (429, 503) else [])

    def answer_cut(self, _):
        self.begin(1_000_000)
        self.wfile.write(b"x" * 300_000)

    def answer_chunks(self, path):
        self.begin(headers=[("Transfer-Encoding", "chunked")])
        self.wfile.write(b"5\r\nhello\r\n" + (b"" if path.endswith("cut") else b"0\r\n\r\n"))

    def answer_lengthless(self, _):
        self.begin()
        self.wfile.write(b"hello")

    def answer_compressed(self, _):
        self.say(200, [("Content-Encoding", "gzip")], b"hello")

    def answer_stall(self, _):
        self.begin(1_000_000)
        self.wfile.write(b"x" * 1000)
        self.wfile.flush()
        self.connection.settimeout(60)
        try:
            self.connection.recv(1)
        except OSError:
            pass

    def answer_endless(self, _):
        self.begin(headers=[("Transfer-Encoding", "chunked")])
        try:
            while True:
                self.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        except OSError:
            pass

    def answer_moved(self, _):
        self.say(302, [("Location", "/b.csv")])

    def answer_away(self, _):
        self.say(302, [("Location", "https://localhost:1/b.csv")])

    def answer_round(self, _):
        self.say(307, [("Location", "/round")])

    def answer_tagged(self, _):
        if self.headers.get("If-None-Match") == '"one"':
            self.say(304, [("ETag", '"one"')], b"")
        else:
            self.say(200, [("ETag", '"one"')], b"hello")

    def answer_mine(self, _):
        given = self.headers.get("Authorization", "")
        right = given in ("Bearer token-1", "Basic c2lsdGE6Z2VoZWlt")
        self.say(200 if right else 401, body=b"hello")


def listen(context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    if context:
        # The handshake belongs to the thread of the connection, not to the one that accepts.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def secure(asks_for_certificate=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{work}/cert.pem", f"{work}/key.pem")
    if asks_for_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(f"{work}/cert.pem")
        # The refusal comes within the handshake, not after it.
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
     "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", f"{work}/key.pem", "-out", f"{work}/cert.pem"],
    check=True, stderr=subprocess.DEVNULL)
with open(f"{work}/identity.pem", "w") as identity:
    for part in ("key.pem", "cert.pem"):
        with open(f"{work}/{part}") as source:
            identity.write(source.read())

print(json.dumps({"plain": listen(), "secure": listen(secure()), "mutual": listen(secure(True))}), flush=True)
for _ in sys.stdin:
    with lock:
        print(json.dumps(requests), flush=True)
os._exit(0)
