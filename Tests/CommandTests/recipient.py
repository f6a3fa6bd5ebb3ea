#!/usr/bin/env python3
"""A recipient that answers as told, and writes down exactly what came.

    recipient.py FOLDER

FOLDER/answers has an answer a line, the first for the first request: a status, then headers as Name=Value; or `slow` and seconds, after
which nothing is answered. When they are used up, 200. FOLDER/received gets a JSON object for each request. Prints its port, and ends when
its standard input does. Standard library only.
"""
import base64, http.server, json, os, pathlib, sys, threading, time

FOLDER = pathlib.Path(sys.argv[1])
LOCK = threading.Lock()


class Recipient(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with LOCK:
            answers = (FOLDER / "answers").read_text().splitlines() if (FOLDER / "answers").exists() else []
            words = answers[0].split() if answers else ["200"]
            (FOLDER / "answers").write_text("".join(f"{line}\n" for line in answers[1:]))
            with open(FOLDER / "received", "a") as file:
                headers = {name.lower(): value for name, value in self.headers.items()}
                line = {"path": self.path, "headers": headers, "body": base64.b64encode(body).decode(), "at": time.time()}
                file.write(json.dumps(line) + "\n")
        if words[0] == "slow":
            time.sleep(float(words[1]))
            self.close_connection = True
            return
        self.send_response(int(words[0]))
        for header in words[1:]: self.send_header(*header.split("=", 1))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *arguments): pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recipient)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
