"""A provider that is set up in a folder of its own, and the programs around it: what benchmarks, soak and crash tests share.

Standard library only.
"""
import base64, contextlib, copy, json, os, pathlib, select, shutil, signal, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SILTA = ROOT / ".build/release/silta"
SCHOOL_YEAR = ROOT.parent / "shared/school-year"
CLASSES = {"01": "unexplained", "02": "late", "03": "elsewhere", "04": "ignore", "21": "unauthorised", "31": "ignore",
           "111": "health", "112": "leave", "113": "explained"}
PROVIDER = "jarvenpaa"
STARTS_WITHIN = 20  # seconds, for a receiver
ENDS_WITHIN = 20  # seconds, after SIGTERM

CONFIGURATION = """
state: state
credentials: credentials
connectors: ["{connectors}"]
providers:
  - id: {provider}
    name: Järvenpää
    municipality: "186"
    master-key: credential:master-key
    signing-key: credential:signing-key
    calendar: calendar.yaml
    policy: sky.yaml
    disclosure: {disclosure}
    sources:
      - id: primus
        connector: primus-csv
        every: {every}
        consent-age: 366d
        config:
          location: export
          encoding: utf-8
          codes: {codes}
    recipients:
      - id: hva-keusote
        name: Keski-Uudenmaan hyvinvointialue
        services: [pupil-welfare]
        schools: all
        deliver:
          url: http://127.0.0.1:{port}/notices
          format: cloudevents
          sign: credential:webhook
          timeout: 20s
          allow-addresses: [127.0.0.0/8]
"""

POLICY = """
policy: sky-2026
grades: [5, 6, 7, 8, 9]
period: school-year
scopes: {{perus: [identity, school, grade, tier, minutes, period, contact]}}
counts: [unexplained, unauthorised, health, leave, explained]
minimum-school-days: {days}
tiers:
  - {{tier: 1, from: {first} %}}
  - {{tier: 2, from: {second} %}}
  - {{tier: 3, above: {third} %}}
notices:
  - rule: pupil-welfare-contact
    tier: 2
    service: pupil-welfare
    purpose: opiskeluhuolto
    release: automatic
    include: [identity, school, grade, tier, minutes, period]
"""

NATIONAL = dict(days=20, first=5, second=10, third=20)
# Reached early and by many, so that something is delivered and taken back on most days.
EAGER = dict(days=5, first=2, second=4, third=10)


def generate(to, *words):
    """A synthetic register's exports: `days` and calendar.yaml below `to`."""
    if not (SCHOOL_YEAR / "generate.py").exists(): sys.exit(f"there is no {SCHOOL_YEAR}/generate.py, which makes the exports")
    command = [sys.executable, SCHOOL_YEAR / "generate.py", to, *map(str, words)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return sorted((to / "days").iterdir())


class Installation:
    """silta.yaml and all that it names, in a folder that is made for it."""

    def __init__(self, silta, folder, calendar, policy, disclosure, port, every="15m"):
        self.silta, self.folder = pathlib.Path(silta).absolute(), folder
        folder.mkdir(parents=True)
        (folder / "calendar.yaml").write_bytes(calendar.read_bytes())
        (folder / "sky.yaml").write_text(POLICY.format(**policy))
        (folder / "credentials").mkdir(mode=0o700)
        self.secret = folder / "credentials/webhook"
        descriptor = os.open(self.secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file: file.write("whsec_" + base64.b64encode(os.urandom(32)).decode() + "\n")
        self.configuration = dict(connectors=ROOT / "connectors", provider=PROVIDER, disclosure=disclosure, every=every,
                                  codes=json.dumps(CLASSES), port=port)
        self.configure()
        self.run("init")

    def configure(self, **changes):
        self.configuration.update(changes)
        (self.folder / "silta.yaml").write_text(CONFIGURATION.format(**self.configuration))

    @property
    def files(self):
        return self.folder / "state" / PROVIDER

    def command(self, *words):
        return [self.silta, *map(str, words), "--config", self.folder / "silta.yaml"]

    def run(self, *words, codes=(0,)):
        """What it says, where it ends with one of the codes."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode not in codes: raise Failed(words, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def lines(self, *words, codes=(0,)):
        """What it says with --json: a list of objects."""
        return [json.loads(line) for line in self.run(*words, "--json", codes=codes).splitlines()]

    @contextlib.contextmanager
    def copy(self, to):
        """A copy of all that a command reads and writes, until the end of the block: what happens there changes nothing here."""
        shutil.copytree(self.folder, to, symlinks=True, ignore=shutil.ignore_patterns("received*", "*.sock"))
        other = copy.copy(self)
        other.folder = to
        try:
            yield other
        finally:
            shutil.rmtree(to)

    def offer(self, export):
        """Puts an export, a folder, where the source looks for one; None takes it away."""
        link = self.folder / "export"
        link.unlink(missing_ok=True)
        if export: link.symlink_to(export.absolute())


class Failed(Exception):
    def __init__(self, words, status, said):
        super().__init__(f"silta {' '.join(map(str, words))} ended with {status}:\n{said}")


class Receiver:
    """`silta receiver` as the wellbeing services county. It keeps what it received below the installation's folder."""

    def __init__(self, installation, *words, port=0):
        self.folder = installation.folder
        self.printed = open(self.folder / "received.jsonl", "a")
        self.process = subprocess.Popen(
            [installation.silta, "receiver", "--listen", f"127.0.0.1:{port}", "--secret", installation.secret, "--json",
             "--key", installation.run("audit", "key").strip(), "--folder", self.folder / "received", *words],
            stdout=self.printed, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        ready, _, _ = select.select([self.process.stderr], [], [], STARTS_WITHIN)
        said = self.process.stderr.readline().strip() if ready else "nothing"
        if "listening on" not in said:
            self.stop()
            sys.exit(f"the receiver does not listen; it said: {said}")
        self.port = int(said.rsplit(":", 1)[1])

    def stop(self):
        status = end(self.process)
        self.printed.close()
        self.process.stderr.close()
        return status


class Daemon:
    """`silta run`, and what it said in `daemon.txt`."""

    def __init__(self, installation):
        self.said = open(installation.folder / "daemon.txt", "a")
        self.process = subprocess.Popen(installation.command("run"), stdout=self.said, stderr=self.said, stdin=subprocess.DEVNULL)

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        status = end(self.process)
        self.said.close()
        return status

    def kill(self):
        self.process.kill()
        self.said.close()
        return self.process.wait()


def end(process):
    """Ends it as systemd would, and gives its exit code."""
    if process.poll() is None: process.send_signal(signal.SIGTERM)
    try:
        return process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def has_daemon(silta):
    return subprocess.run([silta, "run", "--help"], capture_output=True).returncode == 0
