"""An https server of a register's API, which pages, asks who comes and misbehaves as the path of the request says.

    api.py WORK

It has openssl make a certificate for localhost and 127.0.0.1 in WORK (cert.pem, key.pem), prints one line of JSON with its port, and
answers each line on standard input, a JSON object that is merged into its state, with one line of JSON: the requests since the last.
It ends when standard input does.
"""

import base64
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import urllib.parse

work = sys.argv[1]
lock = threading.Lock()
requests = []
state = {"count": 7, "version": 5, "changed": [], "deleted": [], "etag": "one", "busy": 0, "valid": "token-1", "date": True}


def mark(number):
    return {"id": f"m{number}", "pupil": {"number": "100001"}, "day": "2026-09-14", "minutes": 45}


def marks():
    made = [mark(number) for number in range(state["count"])]
    if state.get("parts"):
        for number, item in enumerate(made):
            item["parts"] = [{"day": f"2026-09-{number * 4 + part + 1:02}"} for part in range(number % 4)]
    return made


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return super().date_time_string(state.get("now") or timestamp)

    def say(self, status, body, headers=(), kind="application/json"):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self):
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query))
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        with lock:
            requests.append(f"{self.command} {self.path}" + (f" {self.body}" if self.body and "token" not in url.path else ""))
        self.here = f"https://127.0.0.1:{self.server.server_address[1]}{url.path}"
        getattr(self, "answer_" + url.path.strip("/").split("/")[0])(url.path)

    do_GET = do_POST = answer

    def number(self, name, other):
        return int(self.query.get(name, other))

    def answer_page(self, _):
        size = self.number("size", 100)
        start = (self.number("page", 1) - 1) * size
        self.say(200, {"data": marks()[start:start + size]})

    def answer_offset(self, _):
        start = self.number("offset", 0)
        if state.get("shrinks") and start > 0: state["count"] = 6
        page = marks()[start:start + min(self.number("limit", 100), state.get("cap", 100))]
        self.say(200, page, [("Total-Count", str(state["count"]))])

    def answer_ending(self, _):
        if self.number("page", 1) > 3: return self.say(404, {"detail": "Invalid page."})
        self.answer_page(_)

    def answer_nested(self, _):
        asked = json.loads(self.body)["page"]
        self.say(200, marks()[asked["offset"]:asked["offset"] + asked["limit"]])

    def answer_gateway(self, _):
        if state.get("hiccups", 0) > 0:
            state["hiccups"] -= 1
            return self.say(502, b"Bad gateway", kind="text/plain")
        self.say(200, marks())

    def answer_posted(self, _):
        asked = json.loads(self.body)
        start = asked["offset"]
        self.say(200, marks()[start:start + asked["limit"]])

    def answer_same(self, _):
        self.say(200, marks())

    def answer_cursor(self, _):
        start = self.number("token", 0)
        end = start + 3
        self.say(200, {"token": end if end < state["count"] else None, "data": marks()[start:end]})

    def answer_loop(self, _):
        self.say(200, {"token": "again", "data": marks()[:1]})

    def answer_link(self, _):
        start = self.number("start", 0)
        links = [f"<{self.here}?start=0>; rel=first"]
        if start + 3 < state["count"]:
            links.append(f'<{state.get("next", "") or self.here}?start={start + 3}>; title="a, b"; rel="next"')
        self.say(200, marks()[start:start + 3], [("Link", ", ".join(links))])

    def answer_url(self, path):
        start = self.number("start", 0)
        self.say(200, {"links": {"next": f"{path}?start={start + 3}" if start + 3 < state["count"] else ""}, "data": marks()[start:start + 3]})

    def answer_once(self, _):
        tag = f'"{state["etag"]}"'
        if self.headers.get("If-None-Match") == tag:
            self.say(304, b"", [("ETag", tag)])
        else:
            self.say(200, marks(), [("ETag", tag)])

    def answer_dated(self, _):
        if self.headers.get("If-Modified-Since") == state["modified"]:
            self.say(304, b"")
        else:
            self.say(200, marks(), [("Last-Modified", state["modified"])])

    def answer_status(self, path):
        self.say(int(path.rsplit("/", 1)[1]), {"error": "secret-1"})

    def answer_html(self, _):
        self.say(200, b"<!doctype html><h1>Sign in</h1>", kind="text/html")

    def answer_latin(self, _):
        self.say(200, '[{"id": "ä"}]'.encode("latin-1"), kind="application/json; charset=iso-8859-1")

    def answer_wide(self, _):
        self.say(200, json.dumps(marks()).encode("utf-16"))

    def answer_empty(self, _):
        self.say(200, b"")

    def answer_object(self, _):
        self.say(200, {"error": {"code": 17}})

    def answer_half(self, _):
        self.say(200, json.dumps(marks()).encode()[:-5])

    def answer_zipped(self, _):
        self.say(200, b"\x1f\x8b", [("Content-Encoding", "gzip")])

    def answer_big(self, _):
        self.say(200, b'[{"id": 12345678901234567890123, "pupil": {"number": 9007199254740993}, "day": "2026-09-14", "minutes": "many"}, 17, null]')

    def answer_cut(self, _):
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"[" + b" " * 1000)
        self.close_connection = True

    def answer_cutlater(self, path):
        return self.answer_cut(path) if self.number("page", 1) > 2 else self.answer_page(path)

    def answer_busy(self, _):
        if state["busy"] > 0:
            state["busy"] -= 1
            self.say(state.get("status", 429), {}, [("Retry-After", str(state.get("wait", 1)))])
        else:
            self.say(200, marks())

    def answer_away(self, _):
        self.say(302, b"", [("Location", f"https://localhost:{self.server.server_address[1]}/same")])

    def answer_moved(self, _):
        self.say(302, b"", [("Location", "/same")])

    def answer_mine(self, path):
        given = self.headers.get("Authorization", "")
        basic = "Basic " + base64.b64encode(b"silta:p\xc3\xa4ss:w").decode()
        right = {
            "bearer": given == "Bearer hunter2 & 3?", "basic": given == basic, "oauth": given == f"Bearer {state['valid']}",
            "key": self.headers.get("X-Api-Key") == "hunter2 & 3?", "query": self.query.get("key") == "hunter2 & 3?",
            "headers": self.headers.get("X-Tenant") == "north",
        }[path.rsplit("/", 1)[1]]
        self.say(200 if right else 401, marks())

    def answer_token(self, path):
        asked = dict(urllib.parse.parse_qsl(self.body))
        state["asked"] = asked
        secret = "Basic " + base64.b64encode(b"client%2B1:hunter2+%26+3%3F").decode()
        right = {
            "header": self.headers.get("Authorization") == secret,
            "body": asked.get("client_id") == "client+1" and asked.get("client_secret") == "hunter2 & 3?",
            "jwt": "client_assertion" in asked and self.signed(asked),
        }[path.rsplit("/", 1)[1]]
        if right and asked["grant_type"] == "client_credentials" and asked.get("scope") == "attendance.read":
            self.say(200, {"access_token": state["valid"], "token_type": "Bearer", "expires_in": state.get("lifetime", 3600)})
        else:
            self.say(401, {"error": "invalid_client", "error_description": "hunter2 & 3?"})

    def signed(self, asked):
        """Whether openssl finds that the client has signed its assertion."""
        def decoded(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        head, claims, signature = asked["client_assertion"].split(".")
        kind = json.loads(decoded(head))["alg"]
        said = json.loads(decoded(claims))
        value = decoded(signature)
        if kind.startswith("ES"):
            def integer(part):
                part = part.lstrip(b"\0")
                part = b"\0" + part if not part or part[0] > 127 else part
                return b"\x02" + bytes([len(part)]) + part
            half = len(value) // 2
            inner = integer(value[:half]) + integer(value[half:])
            value = b"\x30" + bytes([len(inner)]) + inner
        with open(f"{work}/signature", "wb") as file:
            file.write(value)
        with open(f"{work}/signed", "w") as file:
            file.write(f"{head}.{claims}")
        key = kind if kind.startswith("ES") else "RSA"
        padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] if kind.startswith("PS") else []
        done = subprocess.run(
            ["openssl", "dgst", f"-sha{kind[2:]}", *padding, "-verify", f"{work}/{key}.pub", "-signature", f"{work}/signature",
             f"{work}/signed"], capture_output=True)
        state["claims"] = said
        return done.returncode == 0 and said["iss"] == said["sub"] == "client+1" and said["exp"] - said["iat"] <= 300 \
            and asked["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" \
            and said["aud"].endswith("/token/jwt")

    def answer_changes(self, _):
        if "since" in self.query or "from" in self.query:
            if state.get("gone"):
                return self.say(410, {})
            return self.say(200, state["changed"])
        self.say(200, marks())

    def answer_deleted(self, _):
        self.say(200, {"data": {"marks": state["deleted"]} if state["deleted"] else {}})

    def answer_versions(self, _):
        self.say(200, {"newest": state["version"]})


def make(*words):
    subprocess.run(["openssl", *words], check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


make("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
     "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", f"{work}/key.pem", "-out", f"{work}/cert.pem")
make("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", f"{work}/ES384.pem")
make("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{work}/ES256.pem")
make("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", f"{work}/RSA.pem")
for name in ("ES256", "ES384", "RSA"):
    make("pkey", "-in", f"{work}/{name}.pem", "-pubout", "-out", f"{work}/{name}.pub")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{work}/cert.pem", f"{work}/key.pem")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
server.handle_error = lambda *_: None
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_address[1]}), flush=True)
for line in sys.stdin:
    with lock:
        state.update(json.loads(line))
        print(json.dumps(requests), flush=True)
        requests.clear()
os._exit(0)
