#!/usr/bin/env python3
"""Plays the sample municipality through the real `silta`, with `silta receiver` as the county, and tells what came of it.

    play.py SILTA FOLDER

SILTA is the binary; FOLDER holds silta.yaml with what it names, `exports` and `connectors`, as deploy/demo puts them there. Ends with 1
if something did not come out. Standard library only.
"""
import base64, datetime as dt, json, os, pathlib, select, signal, subprocess, sys

import tell

OFFSET = "+03:00"  # Helsinki's, until the last Sunday of October
RELEASED_ON = "2026-10-02"  # the evening on which somebody lets a notice go
RECEIVER_STARTS_WITHIN = 20  # seconds


class Silta:
    """The command, with the configuration of the folder."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder

    def run(self, *words, codes=(0,)):
        command = [self.binary, *words, "--config", self.folder / "silta.yaml"]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode not in codes:
            sys.exit(f"silta {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def lines(self, *words, codes=(0,)):
        """What it says with --json: a list of objects."""
        return [json.loads(line) for line in self.run(*words, "--json", codes=codes).splitlines()]


class County:
    """`silta receiver`: it answers 503 the first time that a message comes, as if it were down for a moment."""

    def __init__(self, silta):
        folder = silta.folder
        self.printed = open(folder / "received.jsonl", "w")
        self.process = subprocess.Popen(
            [silta.binary, "receiver", "--listen", "127.0.0.1:0", "--secret", folder / "credentials/webhook", "--json",
             "--key", silta.run("audit", "key").strip(), "--folder", folder / "received", "--answer", "503", "--first", "1"],
            stdout=self.printed, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        ready, _, _ = select.select([self.process.stderr], [], [], RECEIVER_STARTS_WITHIN)
        said = self.process.stderr.readline().strip() if ready else "nothing"
        if "listening on" not in said:
            self.stop()
            sys.exit(f"the receiver does not listen; it said: {said}")
        self.port = int(said.rsplit(":", 1)[1])

    def stop(self):
        if self.process.poll() is None: self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.printed.close()


def prepare(silta):
    credentials = silta.folder / "credentials"
    credentials.mkdir(mode=0o700)
    descriptor = os.open(credentials / "webhook", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file: file.write("whsec_" + base64.b64encode(os.urandom(32)).decode() + "\n")
    silta.run("init")


def play(silta):
    """Two cycles an evening, as from a timer; what failed at eight is tried again a quarter of an hour later."""
    weeks = []
    for export in sorted((silta.folder / "exports").iterdir()):
        link = silta.folder / "export"
        link.unlink(missing_ok=True)
        link.symlink_to(export)
        evening = [silta.lines("sync", "--now", f"{export.name}T{time}:00{OFFSET}", codes=(0, 3))[0] for time in ("20:00", "20:15")]
        weeks.append((dt.date.fromisoformat(export.name), evening))
        tell.week(*weeks[-1])
        if export.name == RELEASED_ON:
            for notice in silta.lines("notices"):
                if notice["reason"] == "release":
                    silta.run("notice", "release", notice["notice"])
                    print(f"            somebody releases {notice['notice']}: it may go next time")
    return weeks


def main():
    binary, folder = (pathlib.Path(argument).absolute() for argument in sys.argv[1:3])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    silta = Silta(binary, folder)
    prepare(silta)
    county = County(silta)
    try:
        configuration = folder / "silta.yaml"
        configuration.write_text(configuration.read_text().replace("127.0.0.1:8643/", f"127.0.0.1:{county.port}/"))
        silta.run("check")
        weeks = play(silta)
    finally:
        county.stop()
    sys.exit(0 if tell.story(silta, weeks) else 1)


if __name__ == "__main__":
    main()
