"""The programs that Silta is measured beside, installed from PyPI and Debian into a folder of their own.

`umadb`, a log of events with a server; `eventsourcing`, a library that keeps events in SQLite; and the SQLite target that is the
sample of `singer-sdk`, which its source distribution alone carries (`packages/meltano-target-sqlite`). Debian's sqlite3 command is the
measure of what the disk and SQLite can do.
"""
import contextlib, importlib.util, json, os, pathlib, shutil, socket, subprocess, sys, time, venv

import measuring
from installation import ROOT, end

WORK = pathlib.Path(__file__).resolve().parent / "peer-work.py"
PACKAGES = ["umadb", "eventsourcing", "singer-sdk", "msgspec"]  # the last one is what the sample target reads messages with
TARGET = "packages/meltano-target-sqlite"
STARTS_WITHIN = 20  # seconds, for UmaDB's server
COLUMNS = ["mark", "card", "date", "start", "minutes", "code", "course", "teacher", "note"]


class Peers:
    def __init__(self, folder):
        self.folder = folder / "peers"
        self.python = self.folder / "bin/python"
        install_from_debian()
        if not (self.folder / "complete").exists(): self.install()

    def install(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        venv.create(self.folder, with_pip=True)
        pip = [self.python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", *PACKAGES], check=True)
        sdk = f"singer-sdk=={self.version('singer-sdk')}"
        subprocess.run([*pip, "download", "--no-deps", "--no-binary", "singer-sdk", "--dest", self.folder, sdk], check=True)
        source = next(self.folder.glob("singer_sdk-*.tar.gz"))
        subprocess.run(["tar", "--extract", "--file", source, "--directory", self.folder, "--wildcards", f"*/{TARGET}/*"], check=True)
        (self.folder / "complete").touch()

    def version(self, package):
        ask = f"from importlib.metadata import version; print(version('{package}'))"
        return subprocess.run([self.python, "-c", ask], check=True, capture_output=True, text=True).stdout.strip()

    # MARK: - The same marks

    def sqlite_import(self, marks, work):
        """`.import` as the command does it where nothing is set: one transaction, a rollback journal, `synchronous=FULL`."""
        database = fresh(work / "import.db")
        table = f"CREATE TABLE marks ({COLUMNS[0]} TEXT PRIMARY KEY, {', '.join(COLUMNS[1:])})"
        return measuring.timed(["sqlite3", database, table, ".mode csv", ".separator ;", f".import --skip 1 {marks} marks"])

    def eventsourcing_import(self, marks, work):
        """An event a mark, 500 pupils a transaction; write-ahead log, `synchronous=FULL`."""
        return measuring.timed([self.python, WORK, "eventsourcing-import", fresh(work / "eventsourcing.db"), marks])

    def singer_import(self, marks, work):
        """A record a mark, as messages that were written beforehand; a transaction each 10,000, a rollback journal, `synchronous=FULL`."""
        messages, settings = work / "messages.jsonl", work / "target.json"
        write_messages(marks, messages)
        settings.write_text(json.dumps({"path_to_db": str(fresh(work / "singer.db"))}))
        path = next(self.folder.glob(f"singer_sdk-*/{TARGET}"))
        with open(messages) as stdin, open(work / "singer.txt", "w") as said:
            command = ["sh", "-c", 'exec "$0" -m target_sqlite --config "$1" 2>"$2"', self.python, settings, said.name]
            return measuring.timed(command, stdin=stdin, env={**os.environ, "PYTHONPATH": str(path)})

    # MARK: - Writers of single events

    def umadb_writers(self, writers, seconds, work):
        """Events a second. Its server answers when the event is on the disk; it writes what waits together."""
        with self.umadb(work) as address:
            return self.work("umadb-writers", address, writers, seconds)

    def eventsourcing_writers(self, writers, seconds, work):
        return self.work("eventsourcing-writers", fresh(work / "eventsourcing.db"), writers, seconds)

    def work(self, *words):
        return float(subprocess.run([self.python, WORK, *map(str, words)], check=True, capture_output=True, text=True).stdout)

    @contextlib.contextmanager
    def umadb(self, work):
        address = f"127.0.0.1:{free_port()}"
        server = subprocess.Popen([self.folder / "bin/umadb", "--listen", address, "--db-path", fresh(work / "uma.db")],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            wait_for(address)
            yield address
        finally:
            end(server)


def install_from_debian():
    missing = ["sqlite3"] * (shutil.which("sqlite3") is None)
    missing += ["python3-venv"] * (importlib.util.find_spec("ensurepip") is None)
    if not missing: return
    script = 'root=$1; shift; . "$root/deploy/prepare"; install_missing "$@"'
    subprocess.run(["bash", "-euc", script, "bench", ROOT, *missing], check=True)


def fresh(path):
    """The path of a file that is not there, nor what SQLite keeps beside one."""
    for suffix in ("", "-wal", "-shm", "-journal"): pathlib.Path(f"{path}{suffix}").unlink(missing_ok=True)
    return path


def write_messages(marks, to):
    schema = {"type": "object", "properties": {column: {"type": "string"} for column in COLUMNS}}
    with open(marks, encoding="utf-8", newline="") as rows, open(to, "w") as messages:
        next(rows)
        print(json.dumps({"type": "SCHEMA", "stream": "marks", "key_properties": ["mark"], "schema": schema}), file=messages)
        for row in rows:
            record = dict(zip(COLUMNS, row.rstrip("\r\n").split(";")))
            print(json.dumps({"type": "RECORD", "stream": "marks", "record": record}), file=messages)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(address):
    host, port = address.split(":")
    for _ in range(STARTS_WITHIN * 10):
        try:
            socket.create_connection((host, int(port))).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"UmaDB's server does not listen on {address} within {STARTS_WITHIN} s")
