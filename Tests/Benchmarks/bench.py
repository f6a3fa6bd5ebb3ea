#!/usr/bin/env python3
"""Measures Silta beside its peers, in one run on one machine, and prints one table.

    bench.py [--silta FILE] [--log-writers FILE] [--folder FOLDER] [--year FOLDER] [--pupils N] [--repetitions N] [--entries N]
             [--only WORK …]

Works are polls, writers, idle and growth; without --only all of them. The polls read a year of 16,000 pupils, about a million marks,
which ../shared/school-year/generate.py writes; --year names a folder in which it did so before. The binaries are the release build's:

    SILTA_BENCHMARKS=1 swift build --configuration release --product silta
    SILTA_BENCHMARKS=1 swift build --configuration release --product bench-log

FOLDER (.build/benchmarks by default) keeps the peers, the year and the long log for the next run. Ends with 1 where a limit is passed or
something could not be measured. Standard library only; the peers come from PyPI and Debian (peers.py).
"""
import argparse, dataclasses, json, os, pathlib, platform, random, shutil, statistics, subprocess, sys, time

import measuring
from installation import NATIONAL, ROOT, SILTA, Daemon, Installation, generate, has_daemon
from peers import Peers, fresh

WORKS = ["polls", "writers", "idle", "growth"]
MEGABYTE = 1_000_000
NOT_MEASURED = "not measured"
PEAK_LIMIT = 200 * MEGABYTE
WRITERS, WRITING_SECONDS = 8, 5
SETTLING_SECONDS, IDLE_SECONDS = 30, 60
# What a row's code becomes where it changes; all of them count as absence.
OTHER_CODE = {"01": "113", "111": "113", "112": "111", "113": "111", "21": "01"}
CHANGED_SHARE = 0.01


def arguments():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--silta", type=pathlib.Path, default=SILTA)
    ap.add_argument("--log-writers", type=pathlib.Path, default=SILTA.parent / "bench-log")
    ap.add_argument("--folder", type=pathlib.Path, default=ROOT / ".build/benchmarks")
    ap.add_argument("--year", type=pathlib.Path)
    ap.add_argument("--pupils", type=int, default=16000)
    ap.add_argument("--repetitions", type=int, default=3)
    ap.add_argument("--entries", type=int, default=10_000_000)
    ap.add_argument("--only", nargs="+", choices=WORKS, default=WORKS)
    a = ap.parse_args()
    a.silta, a.log_writers = a.silta.absolute(), a.log_writers.absolute()
    return a


@dataclasses.dataclass
class Row:
    """A line of the table. `ratio` is Silta's figure to that of what it is measured beside."""
    work: str
    silta: str
    beside: str
    theirs: str
    ratio: float | None = None
    limit: float | None = None
    aim: float | None = None
    peak: int | None = None
    more_is_better: bool = False

    def keeps(self, bound):
        return self.ratio >= bound if self.more_is_better else self.ratio <= bound

    @property
    def verdict(self):
        if self.silta == NOT_MEASURED: return NOT_MEASURED
        if self.fails: return " and ".join(self.passed_limits)
        if self.limit is None: return ""
        return "within" if self.aim is None or not self.keeps(self.aim) else "as aimed"

    @property
    def passed_limits(self):
        if self.limit is not None and not self.keeps(self.limit): yield "**past the limit**"
        if self.peak and self.peak >= PEAK_LIMIT: yield "**too much memory**"

    @property
    def fails(self):
        return self.silta == NOT_MEASURED or any(self.passed_limits)

    def cells(self):
        sign = "≥" if self.more_is_better else "≤"
        number = lambda value: "–" if value is None else f"{value:.2f}".removesuffix(".00")
        peak = "–" if self.peak is None else f"{self.peak / MEGABYTE:.0f} MB"
        limit = "–" if self.limit is None else f"{sign} {number(self.limit)}"
        return [self.work, self.silta, peak, self.beside, self.theirs, number(self.ratio), limit, number(self.aim), self.verdict]


def missing(work, beside):
    return Row(work, NOT_MEASURED, beside, "–")


# MARK: - Polls

def seconds(run):
    return f"{run.seconds:.2f} s"


class Polls:
    """A provider of the size of the year: imported, polled again, verified, rebuilt."""

    def __init__(self, a, peers, work):
        self.a, self.peers, self.work = a, peers, work
        self.export = exports(a)[-1]
        self.marks = self.export / "tuntimerkinnat.csv"
        self.changed, self.rewritten = work / "changed", work / "rewritten"
        change(self.export, self.changed)

    def rows(self):
        runs = [self.repetition() for _ in range(self.a.repetitions)]
        of = {name: measuring.median([run[name] for run in runs]) for name in runs[0]}
        beside = lambda work, name, other, called, limit=None, aim=None: Row(
            work, seconds(of[name]), called, seconds(of[other]), of[name].seconds / of[other].seconds, limit, aim,
            of[name].peak if limit else None)
        importing = "`sqlite3 .import`"
        of["eventsourcing"] = self.peers.eventsourcing_import(self.marks, self.work)
        of["singer"] = self.peers.singer_import(self.marks, self.work)
        return [
            beside("first import, to notices prepared", "first", "import", importing, 6, 3),
            beside("the same", "first", "eventsourcing", "`eventsourcing`, SQLite"),
            beside("the same", "first", "singer", "`singer-sdk`'s SQLite target"),
            beside("second poll, 1 % of the rows changed", "changed", "import", importing, 2, 0.5),
            beside("second poll, nothing changed", "unchanged", "import", importing, 1.5, 0.3),
            beside("second poll, the same written anew", "rewritten", "import", importing, 1.5, 0.3),
            beside("rebuild", "rebuild", "import", importing, 4, 2),
            beside("audit verify", "verify", "sha256sum", "`sha256sum`, as many bytes", 4, 1),
        ]

    def repetition(self):
        folder = self.work / "provider"
        shutil.rmtree(folder, ignore_errors=True)
        silta = Installation(self.a.silta, folder, calendar(self.export), NATIONAL, "paused", 1)
        of = {"import": self.peers.sqlite_import(self.marks, self.work)}
        silta.offer(self.export)
        of["first"] = self.sync(silta, "20:00")
        if not self.last["notices"]: sys.exit("the first import prepared no notices: is the year too short?")
        of["unchanged"] = self.sync(silta, "20:15")
        silta.offer(fresh_copy(self.export, self.rewritten))
        of["rewritten"] = self.sync(silta, "20:30")
        if any(self.changes().values()): sys.exit(f"an unchanged poll changed something: {self.changes()}")
        silta.offer(self.changed)
        of["changed"] = self.sync(silta, "20:45")
        if not self.changes()["absencesReclassified"]: sys.exit("a changed poll changed nothing")
        of["verify"] = measuring.timed(silta.command("audit", "verify"))
        lines = self.work / "entries.jsonl"
        with open(lines, "w") as file: subprocess.run(silta.command("audit", "list", "--json"), check=True, stdout=file)
        of["sha256sum"] = measuring.timed(["sha256sum", lines])
        of["rebuild"] = measuring.timed(silta.command("rebuild"))
        return of

    def changes(self):
        return self.last["polls"][0]["changes"]

    def sync(self, silta, time):
        run = measuring.timed(silta.command("sync", "--json", "--now", f"{self.export.name}T{time}:00+03:00"))
        self.last = json.loads(run.said)
        return run


def exports(a):
    year = a.year or a.folder / f"year-{a.pupils}"
    if not (year / "days").exists():
        print(f"Writing a year of {a.pupils} pupils into {year}.", file=sys.stderr)
        generate(year, "--pupils", a.pupils, "--last-only")
    return sorted((year / "days").iterdir())


def calendar(export):
    return export.parent.parent / "calendar.yaml"


def change(export, to):
    """The same export, where a share of the marks has another code; the same ones each time."""
    rng = random.Random(1)
    to.mkdir()
    for file in export.iterdir(): shutil.copyfile(file, to / file.name)
    with open(export / "tuntimerkinnat.csv", newline="") as rows, open(to / "tuntimerkinnat.csv", "w", newline="") as changed:
        for row in rows:
            cells = row.split(";")
            if rng.random() < CHANGED_SHARE: cells[5] = OTHER_CODE.get(cells[5], cells[5])
            changed.write(";".join(cells))


# MARK: - Writers, and the length of the log

def writers(a, peers, work):
    name = f"{WRITERS} writers of single durable entries"
    if not a.log_writers.exists(): return [missing(name, "UmaDB")]
    ours, theirs = [], []
    for _ in range(a.repetitions):
        theirs.append(peers.umadb_writers(WRITERS, WRITING_SECONDS, work))
        ours.append(log_writers(a, "writers", fresh_folder(work / "writers"), "--threads", WRITERS, "--seconds", WRITING_SECONDS))
    rate, peak = statistics.median(run["perSecond"] for run in ours), max(run["peak"] for run in ours)
    row = lambda beside, other, limit: Row(
        name, f"{rate:.0f} /s", beside, f"{other:.0f} /s", rate / other, limit, peak=peak if limit else None, more_is_better=True)
    library = peers.eventsourcing_writers(WRITERS, WRITING_SECONDS, work)
    return [row("UmaDB", statistics.median(theirs), 1), row("`eventsourcing`, SQLite", library, None)]


def growth(a, _, work):
    """The long log stays in the folder: it takes minutes to make."""
    name, beside = f"an append at {a.entries:,} entries", "the same at 10,000"
    if not a.log_writers.exists(): return [missing(name, beside)]
    folder = a.folder / "growth"
    folder.mkdir(exist_ok=True)
    took = log_writers(a, "growth", folder, "--entries", a.entries)
    print(f"What appends took: {json.dumps(took)}", file=sys.stderr)
    long, short = took["long"], took["short"]
    row = lambda what, of, *limits: Row(what, f"{long[of]:.1f} µs", beside, f"{short[of]:.1f} µs", long[of] / short[of], *limits)
    rows = [row(name, "single", 1.1), row("an entry among 1,000 of one append", "batched")]
    rows[0].peak = took["peak"]
    return rows


def log_writers(a, *words):
    run = measuring.timed([a.log_writers, *words])
    return {**json.loads(run.said), "peak": run.peak}


def fresh_copy(folder, to):
    """With other files of the same bytes, as a register writes that exports every night."""
    shutil.rmtree(to, ignore_errors=True)
    return shutil.copytree(folder, to, copy_function=shutil.copyfile)


def fresh_folder(path):
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


# MARK: - The daemon at rest

def idle(a, _, work):
    """Restarted after its first import, in real time, with nothing to do until the next quarter of an hour."""
    name = "the daemon at rest, {}"
    if not has_daemon(a.silta): return [missing(name.format(what), "–") for what in ("memory", "processor")]
    export = exports(a)[-1]
    shutil.rmtree(work / "idle", ignore_errors=True)
    silta = Installation(a.silta, work / "idle", calendar(export), NATIONAL, "paused", 1)
    silta.offer(export)
    silta.run("sync")
    daemon = Daemon(silta)
    try:
        time.sleep(SETTLING_SECONDS)
        before, samples = measuring.processor_seconds(daemon.pid), []
        for _ in range(IDLE_SECONDS):
            time.sleep(1)
            samples.append(measuring.memory(daemon.pid))
        share = (measuring.processor_seconds(daemon.pid) - before) / IDLE_SECONDS * 100
        peak, own = measuring.memory(daemon.pid, "VmHWM"), measuring.memory(daemon.pid, "RssAnon")
    finally:
        status = daemon.stop()
    if status != 0: sys.exit(f"the daemon ended with {status}; it said: {(silta.folder / 'daemon.txt').read_text()}")
    resident = max(samples) / MEGABYTE
    held = f"{resident:.1f} MB, {own / MEGABYTE:.1f} of it without the program's files"
    return [Row(name.format("memory"), held, "–", "–", resident, 50, 40, peak),
            Row(name.format("processor"), f"{share:.2f} % of a core", "–", "–", share, 0.5, 0.1)]


# MARK: - All of them

def machine(folder):
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kind = told("findmnt", "--noheadings", "--output", "FSTYPE", "--target", folder)
    return (f"{os.cpu_count()} cores ({model}), {total:.0f} GiB, {kind} with {flushes(folder):,.0f} flushes of a page a second, "
            f"Linux {platform.release()}, Python {platform.python_version()}")


def flushes(folder, count=500):
    """How many times a second the disk says that a page is safe: what a single writer can reach at most."""
    path = fresh(folder / "flushes")
    os.sync()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    began = time.monotonic()
    for index in range(count):
        os.pwrite(descriptor, b"." * 4096, index * 4096)
        os.fdatasync(descriptor)
    rate = count / (time.monotonic() - began)
    os.close(descriptor)
    path.unlink()
    return rate


def versions(a, peers):
    theirs = [f"{package} {peers.version(package)}" for package in ("umadb", "eventsourcing", "singer-sdk")]
    return ", ".join([f"silta {told(a.silta, '--version')}", f"sqlite3 {told('sqlite3', '--version').split()[0]}", *theirs])


def told(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def table(rows):
    head = ["work", "Silta", "peak", "beside", "takes", "ratio", "limit", "aim", ""]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *(row.cells() for row in rows)])


def main():
    a = arguments()
    if not a.silta.exists(): sys.exit(f"there is no {a.silta}; the commands that build it are in --help")
    a.folder.mkdir(parents=True, exist_ok=True)
    peers = Peers(a.folder)
    work = fresh_folder(a.folder / "work")
    where = machine(a.folder)
    does = {"polls": lambda *given: Polls(*given).rows(), "writers": writers, "idle": idle, "growth": growth}
    rows = []
    for name in a.only:
        print(f"Measuring: {name}", file=sys.stderr)
        rows += does[name](a, peers, work)
    print(f"{where}; {versions(a, peers)}; median of {a.repetitions}.\n\n{table(rows)}")
    shutil.rmtree(work)
    failing = [row for row in rows if row.fails]
    for row in failing: print(f"{row.work}: {row.verdict.replace('*', '')} ({row.silta}, beside {row.beside})")
    sys.exit(1 if failing else 0)


if __name__ == "__main__":
    main()
