"""A small HTTP server that behaves and misbehaves as the path of the request says.

It prints one line of JSON with its ports, then answers each line on standard input with one line of JSON that reports what it has seen.
It ends when standard input does. With --tls FOLDER it also listens with TLS, under a certificate for localhost and 127.0.0.1 that it has
openssl make in that folder (cert.pem, key.pem).
"""

import base64
import itertools
import json
import socket
import ssl
import subprocess
import sys
import threading

lock = threading.Lock()
serials = itertools.count(1)
seen = {"connections": 0, "bytes": 0, "requests": {}, "proxied": [], "hugeBytes": 0}
tls_port = None


def note(path):
    with lock:
        seen["requests"][path] = seen["requests"].get(path, 0) + 1


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.serial = next(serials)
        self.buffer = b""
        self.count = 0

    def receive(self):
        data = self.sock.recv(65536)
        with lock:
            seen["bytes"] += len(data)
        if not data:
            raise EOFError
        self.buffer += data

    def request(self):
        while b"\r\n\r\n" not in self.buffer:
            self.receive()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = [line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""] for line in lines[1:]]
        length = int(next((value for name, value in headers if name.lower() == "content-length"), 0))
        while len(self.buffer) < length:
            self.receive()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        method, target, _ = lines[0].split(" ")
        self.count += 1
        return method, target, headers, body

    def send(self, text):
        self.sock.sendall(text if isinstance(text, bytes) else text.encode())

    def respond(self, body=b"", status="200 OK", headers=()):
        if isinstance(body, str):
            body = body.encode()
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def wait_for_end(self):
        while True:
            self.receive()

    def serve(self):
        while True:
            method, target, headers, body = self.request()
            if method == "CONNECT":
                with lock:
                    seen["proxied"].append([target, headers])
                self.tunnel()
            if target.startswith("http://"):
                with lock:
                    seen["proxied"].append([target, headers])
                self.respond("proxied")
                continue
            path, _, query = target.partition("?")
            note(path)
            if not self.answer(path, query, method, target, headers, body):
                return

    def tunnel(self):
        upstream = socket.create_connection(("127.0.0.1", tls_port))
        self.send("HTTP/1.1 200 Connection established\r\nX-From-Proxy: yes\r\n\r\n")

        def pump(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass

        threading.Thread(target=pump, args=(upstream, self.sock), daemon=True).start()
        pump(self.sock, upstream)
        raise EOFError

    def answer(self, path, query, method, target, headers, body):
        """True: keep the connection for the next request."""
        if path == "/echo":
            text = json.dumps({"method": method, "target": target, "headers": headers, "connection": self.serial,
                               "body": base64.b64encode(body).decode()})
            self.respond("" if method == "HEAD" else text)
            return True
        if path.startswith("/status/"):
            self.respond("said no", path.removeprefix("/status/") + " As Asked", ["Retry-After: 120"])
            return True
        if path == "/redirect":
            self.respond("", "302 Found", ["Location: /redirected", "Set-Cookie: a=b"])
            return True
        if path == "/slow":
            self.wait_for_end()
        if path == "/drop":
            return False
        if path == "/drop-after-first":
            if self.count > 1:
                return False
            self.respond("first")
            return True
        if path == "/huge":
            self.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            while True:
                self.send(b"x" * 65536)
                with lock:
                    seen["hugeBytes"] += 65536
        if path == "/sized":
            self.respond(b"y" * int(query))
            return True
        if path == "/endless-headers":
            self.send("HTTP/1.1 200 OK\r\n")
            for number in itertools.count():
                self.send(f"X-{number}: {'z' * 500}\r\n")
        if path == "/endless-informational":
            while True:
                self.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        if path == "/many-headers":
            self.respond("many", headers=[f"X-{number}: {number}" for number in range(500)])
            return True
        if path == "/garbage":
            self.send(b"\x00\x01\x02 what is this\r\n\r\n")
            return False
        if path == "/informational":
            self.send("HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n")
            self.respond("final")
            return True
        if path == "/chunked":
            self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: late\r\n\r\n")
            return True
        if path == "/until-close":
            self.send("HTTP/1.1 202 Accepted\r\n\r\nuntil the end")
            return False
        if path == "/partial":
            self.send("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\npart")
            return False
        if path == "/half-headers":
            self.send("HTTP/1.1 200 OK\r\nX-Half: ")
            return False
        if path == "/gzip":
            self.respond(b"\x1f\x8bnot really", headers=["Content-Encoding: gzip"])
            return True
        self.respond("no such behaviour", "404 Not Found")
        return True


def run(sock, context):
    try:
        if context:
            sock = context.wrap_socket(sock, server_side=True)
        Connection(sock).serve()
    except (EOFError, OSError, ValueError):
        pass
    finally:
        sock.close()


def listen(context=None):
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)

    def accept():
        while True:
            sock, _ = listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with lock:
                seen["connections"] += 1
            threading.Thread(target=run, args=(sock, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def tls_contexts(folder):
    certificate, key = f"{folder}/cert.pem", f"{folder}/key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    contexts = []
    for verify in (ssl.CERT_NONE, ssl.CERT_REQUIRED):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.verify_mode = verify
        context.load_verify_locations(certificate)
        contexts.append(context)
    # The old protocols need the security level of their time, or the server would refuse them by itself.
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.load_cert_chain(certificate, key)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    return contexts + [old]


ports = {"plain": listen()}
# Bound and not listening: connections are refused, and nobody else gets the port.
closed = socket.socket()
closed.bind(("127.0.0.1", 0))
ports["closed"] = closed.getsockname()[1]
if sys.argv[1:2] == ["--tls"]:
    with_tls, with_client_certificate, old_tls = tls_contexts(sys.argv[2])
    tls_port = ports["tls"] = listen(with_tls)
    ports["clientCertificate"] = listen(with_client_certificate)
    ports["oldTLS"] = listen(old_tls)
print(json.dumps(ports), flush=True)
for line in sys.stdin:
    with lock:
        report = json.dumps(seen)
    print(report, flush=True)
