"""The sample municipality of deploy/sample, as an administrator would install it: one provider, its export in a home, disclosure paused,
and `silta receiver` on loopback as the county. The days of the sample are moved by whole weeks, so that its last Friday is the last one
that was; the daemon has no other clock than the machine's.
"""
import csv, datetime as dt, pathlib, re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "deploy/sample"
LAST = max(path.name for path in (SAMPLE / "exports").iterdir())
USER = "primus"  # who exports
EXPORT = f"/home/{USER}/export"
RECEIVED = "/var/lib/county/received"
ADDITIONS = """socket: {path: /run/silta/silta.sock, group: silta-operators}
roles:
  operator: ["@silta-operators"]
console: {listen: "127.0.0.1:8642"}
"""
SOURCES = """    sources:
      - {id: ohjelma, connector: program, every: 1h, config: {}}
"""
# A connector that is a program. It tells no pupil, but what it may do: how long, with how much memory, in which control group.
PROGRAM = {
    "connector.yaml": """name: program
version: "1.0"
reads: Nothing.
configuration: {type: object, properties: {}}
program: [sh, tell.sh]
limits: {memory: 64MiB, cpu: 7s}
""",
    "tell.sh": r"""echo '{"type":"HELLO","protocol":"silta/1","connector":"program","version":"1"}'
setsid sleep 999 &
echo "I! I am in $(ulimit -S -t) $(ulimit -d) $(ulimit -c) $(grep ^0:: /proc/self/cgroup)" >&2
echo '{"type":"END","status":"complete","counts":{}}'
""",
}


def moved(text, weeks):
    """The text with each day in it, 09.10.2026 or 2026-10-09, so many weeks later."""
    def move(found, form):
        try:
            return (dt.datetime.strptime(found[0], form) + dt.timedelta(weeks=weeks)).strftime(form)
        except ValueError:
            return found[0]  # no such day; the sample has one such row
    text = re.sub(r"\b\d\d\.\d\d\.\d{4}\b", lambda found: move(found, "%d.%m.%Y"), text)
    return re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda found: move(found, "%Y-%m-%d"), text)


def configuration():
    text = (SAMPLE / "silta.yaml").read_text()
    for here, installed in [("state: state\n", "state: /var/lib/silta\n"),
                            ("credentials: credentials\n", "credentials: /etc/silta/credentials\n"),
                            ("connectors: [connectors]\n", ADDITIONS), ("disclosure: open\n", "disclosure: paused\n"),
                            ("    sources:\n", SOURCES),
                            ("every: 15m\n", "every: 2s\n"), ("location: export\n", f"location: {EXPORT}\n")]:
        assert text.count(here) == 1, f"deploy/sample/silta.yaml should have {here.strip()!r} once"
        text = text.replace(here, installed)
    return text


def install(machine, today):
    weeks = (today - dt.date.fromisoformat(LAST)).days // 7
    machine.write("/etc/silta/silta.yaml", configuration())
    machine.write("/etc/silta/policy.yaml", (SAMPLE / "policy.yaml").read_text())
    machine.write("/etc/silta/calendar.yaml", moved((SAMPLE / "calendar.yaml").read_text(), weeks))
    for path in (SAMPLE / "exports" / LAST).iterdir():
        machine.write(f"{EXPORT}/{path.name}", moved(path.read_bytes().decode(), weeks))
    for path in (ROOT / "connectors/primus-csv").iterdir():
        if path.is_file(): machine.write(f"/etc/silta/connectors/primus-csv/{path.name}", path.read_text())
    for name, text in PROGRAM.items(): machine.write(f"/etc/silta/connectors/program/{name}", text)


def personal():
    """What must not be found outside of the state: everything that tells one pupil from another in the sample, and what teachers wrote."""
    folder = SAMPLE / "exports" / LAST
    found = set()
    for pupil in rows(folder / "oppilaat.csv"):
        for column in ("Korttinumero", "Oppijanumero", "Hetu", "Sukunimi", "Etunimet", "Kutsumanimi"): found.add(pupil[column])
    for mark in rows(folder / "tuntimerkinnat.csv"):
        for column in ("Opettaja", "Lisätieto"): found.add(mark[column])
    return sorted(found - {"", None})


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";", quoting=csv.QUOTE_NONE)
