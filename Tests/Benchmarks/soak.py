#!/usr/bin/env python3
"""Runs the daemon with a poll every second, while its endpoint and its source come and go, and shows that it stays as small as it was.

    soak.py [--silta FILE] [--minutes M] [--seed N] [--pupils N] [--work FOLDER]

The recipient is at turns there, away, and answering 503. The export is at turns another day's, cut in the middle of its marks, without a
file, or gone. Every ten seconds it notes what the daemon holds: memory, descriptors, threads, and the sizes of its files. At the end it
prints a table: each figure's first and last, and how much it grew, by least squares, from the end of the first fifth, which is left for
warming up. Ends with 1 where that is more than its limit, where the daemon died, or where it is not well once all is back. The log may
grow. Standard library only.
"""
import argparse, pathlib, random, shutil, sys, tempfile, time

import measuring
from installation import EAGER, SILTA, Daemon, Failed, Installation, Receiver, generate
from measuring import MEBIBYTE
from peers import free_port

SAMPLED_EVERY = 10  # seconds
WARMING_UP = 0.2
HEALS_WITHIN = 15 * 60  # seconds: an endpoint that failed for long is probed minutes apart
# How much each may grow from the end of the warming up to the end, by least squares; None: as it likes, or up and down.
GROWTH = {"memory": 2 * MEBIBYTE, "its own": 2 * MEBIBYTE, "descriptors": 1, "threads": 1, "log.db": None, "log.db-wal": None,
          "keys.db": MEBIBYTE, "keys.db-wal": None, "state.db": 2 * MEBIBYTE, "state.db-wal": None}
# How much each may be at any moment. SQLite takes a write-ahead log into its file now and then, and begins it anew: one that goes on
# growing is one that somebody keeps from that. It is cut back to 64 MiB (Sources/SiltaLog/Files/FileFormat.swift).
MOST = {"memory": 200_000_000, "log.db-wal": 65 * MEBIBYTE, "keys.db-wal": 65 * MEBIBYTE, "state.db-wal": 65 * MEBIBYTE}


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--silta", type=pathlib.Path, default=SILTA)
    ap.add_argument("--minutes", type=float, default=60)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--pupils", type=int, default=300)
    ap.add_argument("--work", type=pathlib.Path)
    return ap.parse_args()


# MARK: - What comes and goes

class Endpoint:
    """The recipient: there, away, or there and answering 503."""

    def __init__(self, silta, rng):
        self.silta, self.rng, self.receiver = silta, rng, None
        self.port = free_port()

    def turn(self):
        self.stop()
        mood = self.rng.choice(["there", "there", "away", "busy"])
        if mood != "away": self.receiver = Receiver(self.silta, *["--answer", "503"] * (mood == "busy"), port=self.port)

    def come_back(self):
        self.stop()
        self.receiver = Receiver(self.silta, port=self.port)

    def stop(self):
        if self.receiver: self.receiver.stop()
        self.receiver = None


class Source:
    """The register: it exports one of some days that follow each other, and sometimes badly."""

    def __init__(self, silta, exports, rng):
        self.silta, self.exports, self.rng = silta, exports, rng
        self.index = 0
        self.bad = silta.folder / "bad"

    def turn(self):
        """A day back or forth, so that marks come and go, and pupils with them pass a tier and fall below it again."""
        self.index = min(max(0, self.index + self.rng.choice([-1, 1])), len(self.exports) - 1)
        mood = self.rng.choice(["whole"] * 5 + ["cut", "without marks", "gone"])
        if mood == "gone": return self.silta.offer(None)
        if mood == "whole": return self.silta.offer(self.exports[self.index])
        shutil.rmtree(self.bad, ignore_errors=True)
        shutil.copytree(self.exports[self.index], self.bad)
        marks = self.bad / "tuntimerkinnat.csv"
        if mood == "cut": marks.write_bytes(marks.read_bytes()[: self.rng.randrange(marks.stat().st_size)])
        else: marks.unlink()
        self.silta.offer(self.bad)

    def come_back(self):
        self.silta.offer(self.exports[self.index])


# MARK: - What the daemon holds

def sample(daemon, files):
    size = lambda name: (files / name).stat().st_size if (files / name).exists() else 0
    pid = daemon.pid
    # The rest of the memory is of files, such as the program's text, and comes and goes as the system likes.
    held = {"memory": measuring.memory(pid), "its own": measuring.memory(pid, "RssAnon"), "descriptors": measuring.descriptors(pid),
            "threads": measuring.threads(pid)}
    return held | {name: size(name) for name in GROWTH if name not in held}


def judged(samples):
    """A line a figure: its name, then first, last, most, growth and limit, then whether it keeps the limits."""
    warm = [(moment, held) for moment, held in samples if moment >= samples[-1][0] * WARMING_UP]
    for name, limit in GROWTH.items():
        values = [held[name] for _, held in samples]
        grown = measuring.slope([(moment, held[name]) for moment, held in warm]) * (warm[-1][0] - warm[0][0])
        keeps = (limit is None or grown <= limit) and max(values) <= MOST.get(name, float("inf"))
        yield name, values[0], values[-1], max(values), grown, limit, keeps


def number(name, value):
    if value is None: return "–"
    return f"{value:.1f}" if name in ("descriptors", "threads") else f"{value / MEBIBYTE:.2f} MiB"


def table(lines):
    rows = [["", "first", "last", "most", "grew", "may grow", ""], ["---"] * 7]
    for name, *figures, keeps in lines: rows.append([name, *(number(name, figure) for figure in figures), "" if keeps else "**too much**"])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


# MARK: - All of it

def soak(a, silta, exports):
    rng = random.Random(a.seed)
    endpoint, source = Endpoint(silta, rng), Source(silta, exports, rng)
    silta.configure(port=endpoint.port)
    endpoint.come_back()
    source.come_back()
    daemon = Daemon(silta)
    began, samples = time.monotonic(), []
    try:
        while (moment := time.monotonic() - began) < a.minutes * 60:
            if rng.random() < 0.3: source.turn()
            if rng.random() < 0.05: endpoint.turn()
            if moment >= len(samples) * SAMPLED_EVERY: samples.append((moment, sample(daemon, silta.files)))
            time.sleep(1)
            if not daemon.is_running: return samples, [f"the daemon ended by itself, with {daemon.process.returncode}"]
        source.come_back()
        endpoint.come_back()
        problems = ailments(silta)
        status = daemon.stop()
        return samples, problems + [f"the daemon ended with {status} when it was asked to stop"] * (status != 0)
    finally:
        daemon.stop()
        endpoint.stop()


def ailments(silta):
    """What is still wrong when everything has been back for long enough."""
    end = time.monotonic() + HEALS_WITHIN
    while True:
        try:
            wrong = list(complaints(silta.lines("status", codes=(0, 3))[0]))
        except Failed as failure:
            wrong = [str(failure)]
        if not wrong or time.monotonic() > end: return wrong
        time.sleep(5)


def complaints(status):
    for source in status["sources"]:
        # Stale is what an export of days long past is, and right.
        if source["state"] not in ("ok", "stale"): yield f"source {source['source']} is {source['state']}"
    for endpoint in status["endpoints"]:
        if endpoint["state"] != "open": yield f"the endpoint of {endpoint['recipient']} is {endpoint['state']}"
    for state, count in status["notices"].items():
        if state in ("ready", "sending"): yield f"{count} notices are {state}"


def main():
    a = arguments()
    work = a.work or pathlib.Path(tempfile.mkdtemp(prefix="silta-soak-"))
    shutil.rmtree(work, ignore_errors=True)
    # Days that are over, whenever this runs: a claim about days to come counts only up to today.
    exports = generate(work / "year", "--seed", a.seed, "--pupils", a.pupils, "--days", 50)[-10:]
    silta = Installation(a.silta, work / "provider", work / "year/calendar.yaml", EAGER, "open", 1, every="1s")
    samples, problems = soak(a, silta, exports)
    lines = list(judged(samples))
    print(table(lines))
    verified = silta.lines("audit", "verify", codes=(0, 1))[0]
    if not verified["ok"]: problems.append(f"audit verify: {verified}")
    problems += [f"{name} grew or was too much" for name, *_, keeps in lines if not keeps]
    for problem in problems: print(problem)
    print(f"{samples[-1][0] / 60:.0f} minutes, {verified['entries']} entries: {'NOT FLAT, see ' + str(work) if problems else 'flat'}")
    if not problems and not a.work: shutil.rmtree(work)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
