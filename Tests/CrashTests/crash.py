#!/usr/bin/env python3
"""Plays a synthetic school year through the real `silta`, kills it again and again with SIGKILL, and shows that no harm came of it.

    crash.py [--silta FILE] [--kills N | --minutes M] [--seed N] [--pupils N] [--days N] [--every N] [--daemon] [--work FOLDER]

Each year is played twice, side by side. In one play nothing is killed. In the other `silta sync`, and now and then `rebuild` and
`audit checkpoint`, are killed at random moments, and at failpoints where the binary obeys SILTA_FAILPOINT=NAME[:N] (it kills itself at
the N-th passage). With --daemon, `silta run` is killed instead, at random moments, while day after day is exported. After each kill:

- `audit verify` holds, and every entry that was seen before or acknowledged is still there, byte for byte;
- the receiver verified each message's proof, and the entry that it proves is in the log; no identifier came with two bodies;
- the state that stands in state.db is the one that a rebuild makes of the log.

And each day, once nothing is on its way: pupils, notices and all that was received are those of the play without a kill. So nothing is
lost, nothing is doubled and nothing was told that should not have been.

Prints what is wrong, keeps the folder then, and ends with 1; otherwise one line. Another year follows, with another seed, until there
were so many kills or minutes. Standard library only.
"""
import argparse, collections, contextlib, datetime as dt, hashlib, json, os, pathlib, random, shutil, signal, subprocess, sys
import tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Benchmarks"))
from installation import EAGER, SILTA, Daemon, Failed, Installation, Receiver, generate

DONE = (0, 3)
# The steps between which a crash must do no harm; Sources/SiltaDaemon/Ambient.swift names them.
FAILPOINTS = ["after-read", "after-keys", "inside-append", "after-append", "after-state", "before-settle", "after-intent",
              "after-checkpoint", "after-send"]
HANGS_AFTER = 120  # seconds
MOST_A_DAY = 12
SETTLES_WITHIN = 15 * 60  # seconds, in real time
SHOWN_PROBLEMS = 20


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--silta", type=pathlib.Path, default=SILTA)
    length = ap.add_mutually_exclusive_group()
    length.add_argument("--kills", type=int, default=500)
    length.add_argument("--minutes", type=float)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--pupils", type=int, default=120)
    ap.add_argument("--days", type=int, default=187)
    ap.add_argument("--every", type=int, default=3)
    ap.add_argument("--daemon", action="store_true")
    ap.add_argument("--work", type=pathlib.Path)
    return ap.parse_args()


class Harm(Exception):
    """Something that a kill must not do."""


def require(holds, sentence):
    if not holds: raise Harm(sentence)


class Count:
    """What was done so far, and whether it is enough."""

    def __init__(self, a):
        self.a, self.began = a, time.monotonic()
        self.kills, self.totals = collections.Counter(), collections.Counter()

    @property
    def is_enough(self):
        if self.a.minutes: return time.monotonic() - self.began >= self.a.minutes * 60
        return self.kills.total() >= self.a.kills

    def sentence(self):
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kills.items()))
        totals = ", ".join(f"{count} {what}" for what, count in self.totals.items())
        return f"{self.kills.total()} kills ({kinds or 'none'}); {totals}"


# MARK: - What may never change

class Ledger:
    """All that was ever seen of the log: later it begins with the same bytes."""

    def __init__(self):
        self.size, self.digest = 0, hashlib.sha256()
        self.acknowledged = 0

    def compare(self, lines):
        require(len(lines) >= self.size, f"the log had {self.size} entries and has {len(lines)}")
        require(len(lines) >= self.acknowledged, f"{self.acknowledged} entries were acknowledged, and there are {len(lines)}")
        digest = hashlib.sha256()
        for line in lines[:self.size]: digest.update(line.encode() + b"\n")
        require(digest.digest() == self.digest.digest(), f"the log's first {self.size} entries are not what they were")
        for line in lines[self.size:]: self.digest.update(line.encode() + b"\n")
        self.size = len(lines)


class Inbox:
    """What the receiver said. Its folder has each message once, under its id; a repeat has the same bytes, or it refuses."""

    def __init__(self, folder):
        self.folder = folder

    def receipts(self):
        # The last line may be half written.
        return [json.loads(line) for line in (self.folder / "received.jsonl").read_text().splitlines(keepends=True) if line.endswith("\n")]

    def bodies(self):
        return [json.loads(file.read_bytes()) for file in sorted((self.folder / "received").glob("*.json"))]

    def compare(self, lines):
        for receipt in self.receipts():
            require(receipt["received"] and receipt["evidence"] == "verified", f"the receiver says {receipt}")
            entry = json.loads(lines[receipt["position"]]) if receipt["position"] < len(lines) else {}
            told = (entry.get("type"), entry.get("payload", {}).get("id"))
            require(told == ("notice.composed.v1", receipt["notice"]), f"a message proves an entry that the log has not: {receipt}")

    def told(self, keys):
        """What arrived, by whom it is about, without the identifiers, which differ from play to play."""
        bodies = {body["notice"]: body for body in self.bodies()}
        told = collections.Counter()
        for body in bodies.values():
            about = body.get("withdraws", body["notice"])
            require(about in keys, f"a message is about notice {about}, which the log does not know")
            require(about in bodies, f"a withdrawal is of notice {about}, which was never received")
            kind = "withdrawal of" if "withdraws" in body else "referral"
            told[f"{kind} {keys[about]}: {json.dumps({**bodies[about], 'notice': None}, sort_keys=True)}"] += 1
        return told


def outcome(silta, notices):
    """How the provider stands, without what differs from play to play: identifiers and moments."""
    pupils = {key(pupil): {k: v for k, v in pupil.items() if k != "pupil"} for pupil in silta.lines("pupils", codes=DONE)}
    kept = ("rule", "state", "reason", "tier", "reachedOn", "recipient", "withdrawal")
    standing = collections.Counter(f"{key(notice)} {json.dumps({k: notice[k] for k in kept})}" for notice in notices)
    received = Inbox(silta.folder).told({notice["notice"]: key(notice) for notice in notices})
    return dict(pupils=pupils, notices=standing, received=received)


def key(row):
    return " ".join(sorted(f"{k['source']}/{k['key']}" for k in row["keys"]))


def differences(day, expected, found):
    for what in expected:
        for name in sorted(expected[what].keys() | found[what].keys()):
            if expected[what].get(name) != found[what].get(name):
                yield f"{day}: {what}: {name} is {found[what].get(name)}, and {expected[what].get(name)} without a kill"


# MARK: - A year

class Play:
    """One play of a year, day by day. Without a `random.Random` nothing is killed."""

    def __init__(self, a, count, folder, calendar, rng=None):
        self.count, self.rng = count, rng
        self.silta = Installation(a.silta, folder, calendar, EAGER, "open", 1, every="1s")
        self.ledger, self.inbox = Ledger(), Inbox(folder)

    def __enter__(self):
        self.receiver = Receiver(self.silta)
        self.silta.configure(port=self.receiver.port)
        return self

    def __exit__(self, *_):
        self.receiver.stop()

    def finish(self):
        self.look()
        status = self.receiver.stop()
        require(status == 0, f"the receiver ended with {status}")
        self.count.totals["entries"] += self.ledger.size
        self.count.totals["messages"] += len(self.inbox.bodies())

    def provokes(self, times):
        for _ in range(times):
            if self.count.is_enough: return
            self.provoke()

    def look(self):
        """What must hold at every moment, whatever was killed."""
        verified = self.silta.lines("audit", "verify", codes=(0, 1))[0]
        require(verified["ok"], f"audit verify: {verified}")
        lines = [line for line in self.silta.run("audit", "list", "--json").split("\n") if line]
        self.ledger.compare(lines)
        self.inbox.compare(lines)
        stands, rebuilt = self.digests()
        require(stands == rebuilt, f"the state's digest is {stands}, and {rebuilt} after a rebuild")

    def digests(self):
        """Of the state that stands, and of the one that the log makes. Of a copy: the next process finds all as the kill left it."""
        with self.silta.copy(self.silta.folder.with_name("copy")) as copy:
            # A restart: whoever only reads, as `status` does, leaves a state that is behind the log where it is.
            copy.run("audit", "checkpoint")
            words = ["status"] + ["--digest"] * ("--digest" in copy.run("status", "--help"))
            return copy.lines(*words, codes=DONE)[0]["state"]["digest"], copy.lines("rebuild")[0]["digest"]

    def killed(self, how):
        self.count.kills[how] += 1
        self.look()


class PlayedYear(Play):
    """`silta sync --now`, evening after evening."""

    duration = 0.1  # seconds that a cycle takes, as last seen

    def day(self, export):
        self.silta.offer(export)
        self.moment = dt.datetime.fromisoformat(f"{export.name}T06:00:00")
        if self.rng: self.provokes(self.rng.randrange(MOST_A_DAY))
        return outcome(self.silta, self.settle())

    def settle(self):
        """Undisturbed cycles until nothing is on its way. The notices then."""
        while True:
            began = time.monotonic()
            done = self.start(self.cycle())
            self.duration = time.monotonic() - began
            require(done in DONE, f"a cycle at {self.moment} ended with {done}: {self.said()}")
            notices = self.silta.lines("notices", codes=DONE)
            if not any(map(is_under_way, notices)): return notices
            self.later(minutes=40)

    def later(self, minutes):
        day = self.moment.date()
        self.moment += dt.timedelta(minutes=minutes)
        require(self.moment.date() == day, f"something is still on its way at the end of {day}")

    def provoke(self):
        """One process that is to die: where and when is drawn."""
        if self.rng.random() < 0.5:
            failpoint, passage = self.rng.choice(FAILPOINTS), min(5, int(self.rng.expovariate(0.7)) + 1)
            status = self.start(self.cycle(), {"SILTA_FAILPOINT": f"{failpoint}:{passage}"})
            self.died(status, f"at {failpoint}")
        else:
            commands = {"sync": self.cycle(), "rebuild": ["rebuild"], "checkpoint": ["audit", "checkpoint"]}
            name, = self.rng.choices(list(commands), [8, 1, 1])
            status = self.start(commands[name], killed_after=self.rng.uniform(0, self.duration * 1.1))
            self.died(status, f"in {name}")
        self.later(minutes=7)

    def died(self, status, how):
        if status == -signal.SIGKILL: return self.killed(how)
        require(status in DONE, f"a process that was not killed ended with {status}: {self.said()}")

    def cycle(self):
        return ["sync", "--json", "--now", f"{self.moment.isoformat()}{offset(self.moment.date())}"]

    def start(self, words, env={}, killed_after=None):
        """Its exit code. What it says it appended, it must never lose."""
        with open(self.silta.folder / "said.txt", "w") as said:
            process = subprocess.Popen(
                self.silta.command(*words), stdout=said, stderr=said, stdin=subprocess.DEVNULL, env={**os.environ, **env})
            if killed_after is not None:
                time.sleep(killed_after)
                process.kill()
            try:
                status = process.wait(HANGS_AFTER)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise Harm(f"silta {' '.join(words)} hangs")
        self.count.totals["processes"] += 1
        if words[0] == "sync" and status in DONE:
            told = [json.loads(line) for line in self.said().splitlines() if line.startswith("{")]
            require(told, f"a cycle says nothing: {self.said()}")
            self.ledger.acknowledged = told[0]["entries"]
        return status

    def said(self):
        return (self.silta.folder / "said.txt").read_text()


class DaemonYear(Play):
    """`silta run` in real time, with another export every few seconds."""

    daemon = None

    def __exit__(self, *_):
        if self.daemon: self.daemon.kill()
        super().__exit__()

    def day(self, export):
        self.silta.offer(None)
        # Longer than a source takes to open its files: no poll sees some of one day and some of another.
        time.sleep(0.3)
        self.silta.offer(export)
        offered = dt.datetime.now(dt.timezone.utc)
        # Few, since each may cost a notice an attempt, and attempts are minutes apart after the second.
        if self.rng: self.provokes(self.rng.randrange(4))
        return outcome(self.silta, self.settle(offered))

    def provoke(self):
        self.start()
        time.sleep(self.rng.uniform(0, 3))
        require(self.daemon.is_running, f"the daemon ended by itself, with {self.daemon.process.returncode}: {self.said()}")
        self.daemon.kill()
        self.daemon = None
        self.killed("in run")

    def start(self):
        if self.daemon: return
        self.daemon = Daemon(self.silta)
        self.count.totals["processes"] += 1

    def settle(self, offered):
        """Until nothing is on its way, two polls later: what the first one led to is prepared before the second begins."""
        self.start()
        end, polls = time.monotonic() + SETTLES_WITHIN, {offered}
        while True:
            require(time.monotonic() < end, f"nothing has settled within {SETTLES_WITHIN} s: {self.said()}")
            time.sleep(0.5)
            require(self.daemon.is_running, f"the daemon ended by itself, with {self.daemon.process.returncode}: {self.said()}")
            # A daemon that has just begun does not answer yet.
            with contextlib.suppress(Failed):
                completed = self.silta.lines("status", codes=DONE)[0]["sources"][0]["lastCompleted"]
                if completed: polls.add(dt.datetime.fromisoformat(completed.replace("Z", "+00:00")))
                if sum(poll > offered for poll in polls) < 2: continue
                notices = self.silta.lines("notices", codes=DONE)
                if not any(map(is_under_way, notices)): break
        status = self.daemon.stop()
        self.daemon = None
        require(status == 0, f"the daemon ended with {status} when it was asked to stop: {self.said()}")
        return notices

    def said(self):
        return (self.silta.folder / "daemon.txt").read_text()[-2000:]


def is_under_way(notice):
    return notice["state"] in ("ready", "sending") or notice["withdrawal"] == "pending"


def offset(day):
    """Helsinki's, whose summer time ends on the last Sunday of October and begins on that of March."""
    return "+02:00" if "2026-10-25" <= day.isoformat() < "2027-03-28" else "+03:00"


def play(a, count, seed, work):
    """A year, undisturbed and killed side by side, until it is over or enough."""
    exports = generate(work / "year", "--seed", seed, "--pupils", a.pupils, "--days", a.days, "--every", a.every,
                       *["--faults"] * (not a.daemon))
    kind, calendar = DaemonYear if a.daemon else PlayedYear, work / "year/calendar.yaml"
    with (kind(a, Count(a), work / "undisturbed", calendar) as undisturbed,
          kind(a, count, work / "killed", calendar, random.Random(seed)) as killed):
        for export in exports:
            expected = undisturbed.day(export)
            wrong = list(differences(export.name, expected, killed.day(export)))
            require(not wrong, "\n".join(wrong[:SHOWN_PROBLEMS]))
            count.totals["days"] += 1
            if count.is_enough: break
        undisturbed.finish()
        killed.finish()


def main():
    a = arguments()
    a.silta = a.silta.absolute()
    work, count, seed = a.work or pathlib.Path(tempfile.mkdtemp(prefix="silta-crash-")), Count(a), a.seed
    work.mkdir(parents=True, exist_ok=True)
    while not count.is_enough:
        folder = work / f"seed-{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            play(a, count, seed, folder)
        except (Harm, Failed) as harm:
            print(f"{harm}\nseed {seed}: {count.sentence()}: HARM, see {folder}")
            sys.exit(1)
        shutil.rmtree(folder)
        seed += 1
    if not a.work: shutil.rmtree(work)
    print(f"{count.sentence()}: nothing lost, nothing doubled")


if __name__ == "__main__":
    main()
