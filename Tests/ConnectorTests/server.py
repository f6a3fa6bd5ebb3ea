"""What the simulated registers have in common: HTTPS with a certificate of its own, faults on request, and a clock that is theirs.

`POST /control` with a JSON object changes a register: `{"fault": {"after": 3, "status": 429, "retry-after": 1}}` answers the fourth request
from now so, once; `{"token-lives": 5}` lets each token serve five requests; `{"advance": 3600}` moves the clock; anything else is a change
of the data that the register itself knows.
"""

import datetime
import http.server
import json
import pathlib
import ssl
import subprocess
import threading
import urllib.parse

NOON = datetime.datetime(2026, 10, 5, 9, 0, tzinfo=datetime.timezone.utc)


class Refused(Exception):
    """A request that the register answers with a status that is no success."""

    def __init__(self, status, text, headers=None):
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers or {}


class Simulator:
    """A register. Subclasses have `answer`, which gives a body and headers, and `change`."""

    def __init__(self, folder):
        self.now, self.asked, self.fault, self.token_lives, self.log = NOON, 0, None, None, []
        self.tokens = {}
        self.lock = threading.Lock()
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "certificate.pem"
        key = folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", self.certificate], check=True, capture_output=True)
        simulator = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self): simulator.handle(self)

            def do_POST(self): simulator.handle(self)

            def log_message(self, *_): pass

            def date_time_string(self, timestamp=None):
                return simulator.now.strftime("%a, %d %b %Y %H:%M:%S GMT")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        parts = urllib.parse.urlsplit(request.path)
        query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
        with self.lock:
            try:
                if parts.path == "/control":
                    self.control(json.loads(body))
                    status, headers, answer = 200, {}, {}
                else:
                    self.asked += 1
                    self.log.append(f"{request.command} {request.path}")
                    self.stumble()
                    status = 200
                    answer, headers = self.answer(request.command, parts.path, query, request.headers, body)
            except Refused as refused:
                status, headers, answer = refused.status, refused.headers, {"code": str(refused.status), "message": refused.text}
        content = json.dumps(answer, ensure_ascii=False).encode()
        request.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items(): request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def stumble(self):
        if self.fault is None: return
        self.fault["after"] -= 1
        if self.fault["after"] >= 0: return
        fault, self.fault = self.fault, None
        headers = {"Retry-After": str(fault["retry-after"])} if "retry-after" in fault else {}
        raise Refused(fault["status"], "as it was asked to", headers)

    def control(self, wish):
        self.fault = wish.pop("fault", self.fault)
        self.token_lives = wish.pop("token-lives", self.token_lives)
        self.now += datetime.timedelta(seconds=wish.pop("advance", 0))
        for name, value in wish.items(): self.change(name, value)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    # MARK: - Who asks

    def token(self, headers, body, client, secret):
        """Client credentials, in the header or in the body."""
        import base64
        form = urllib.parse.parse_qs(body.decode())
        given = form.get("client_id", [""])[0], form.get("client_secret", [""])[0]
        login = headers.get("Authorization", "")
        if login.startswith("Basic "):
            user, _, password = base64.b64decode(login[6:]).decode().partition(":")
            given = urllib.parse.unquote(user), urllib.parse.unquote(password)
        if form.get("grant_type") != ["client_credentials"]: raise Refused(400, "unsupported_grant_type")
        if given != (client, secret): raise Refused(401, "invalid_client")
        token = f"token-{len(self.tokens) + 1}"
        self.tokens[token] = self.token_lives
        return {"access_token": token, "token_type": "bearer", "expires_in": 1800}, {}

    def admit(self, headers):
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens or self.tokens[token] == 0: raise Refused(401, "the token is not valid")
        if self.tokens[token] is not None: self.tokens[token] -= 1


def one(query, name, default=None):
    """The value of a parameter that may stand once."""
    values = query.get(name, [default])
    if len(values) > 1: raise Refused(400, f"{name} stands twice")
    return values[0]


def whole(query, name, default, least, most):
    text = one(query, name)
    if text is None: return default
    if not text.isdigit() or not least <= int(text) <= most: raise Refused(400, f"{name} must be from {least} to {most}")
    return int(text)


def moment(text):
    """RFC 3339, with its zone."""
    try:
        time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Refused(400, "this is no date-time of RFC 3339") from None
    if time.tzinfo is None: raise Refused(400, "a date-time has a zone")
    return time


def written(time):
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
