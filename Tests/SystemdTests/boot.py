#!/usr/bin/env python3
"""Boots a Debian with deploy/systemd in it, and does to the service what happens to one: start, work, reload, hang, crash, stop, reboot.

    boot.py [--binary FILE] [--cache FOLDER] [--keep]

Runs as root. Prints a line for each check, and ends with 1 if one failed, with 77 and the reason where this machine cannot boot another
(no root, no rights, no systemd-nspawn): then nothing was checked. --cache is where the Debian stays that the first run makes, a minute
and 260 MB; --keep leaves the machine of this run for a look. Standard library only.
"""
import argparse, base64, contextlib, datetime as dt, json, os, pathlib, re, signal, subprocess, sys, time

import machine as machines, municipality

UNIT = "silta.service"
SYSTEMD = municipality.ROOT / "deploy/systemd"
EXPOSURE = 19  # in tenths; 1.5 without what connectors need: limits, and groups of their own
WATCHDOG = 6  # seconds; the unit's own minute would make the test as long
STOPS_WITHIN = 5
WORKS_WITHIN = 30
MEMORY = 200  # MB
UNREADABLE = "\nno-such-key: 1\n"


class Failed(Exception):
    """A check did not come out; what was there instead."""


def expect(condition, sentence):
    if not condition: raise Failed(sentence)


def until(question, sentence, within=WORKS_WITHIN):
    """Asks until the answer is something; `sentence` is what is wrong if it never is."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if answer := question(): return answer
        time.sleep(0.1)
    raise Failed(f"{sentence} within {within} s")


class Service:
    """silta.service in the machine, and what can be asked of it from outside."""

    def __init__(self, machine):
        self.machine = machine

    def show(self, *properties):
        lines = self.machine.says("systemctl", "show", UNIT, *(f"--property={name}" for name in properties)).splitlines()
        shown = dict(line.split("=", 1) for line in lines if "=" in line)
        return shown[properties[0]] if len(properties) == 1 else [shown[name] for name in properties]

    @property
    def process(self): return int(self.show("MainPID"))

    @property
    def restarts(self): return int(self.show("NRestarts"))

    def do(self, verb):
        done = self.machine.run("systemctl", verb, UNIT)
        expect(done.returncode == 0, f"systemctl {verb} ended with {done.returncode}: {done.stderr.strip()} {self.last_words()}")

    def signal(self, name):
        self.machine.run("systemctl", "kill", "--kill-who=main", f"--signal={name}", UNIT)

    def active(self): return self.show("ActiveState", "SubState") == ["active", "running"]

    def restarted(self, before):
        until(lambda: self.restarts > before and self.active(), "it was not running again")

    def silta(self, *words, **options):
        """The command as root, who may ask the daemon for everything."""
        return self.machine.run("silta", *words, **options)

    def lines(self, *words):
        done = self.silta(*words, "--json")
        expect(done.returncode in (0, 3), f"silta {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def with_credentials(self, *words):
        """The command as the daemon's user with its secrets, as deploy/README.md tells administrators."""
        return self.machine.run("systemd-run", "--quiet", "--pipe", "--wait", "--collect", "--uid=silta",
                                "--property=LoadCredential=credentials:/etc/silta/credentials", "silta", *words)

    def journal(self, *words):
        """Entries of the machine's journal, as objects."""
        return [json.loads(line) for line in self.machine.says("journalctl", "--output=json", "--all", *words).splitlines()]

    def cursor(self): return self.journal("--lines=1")[-1]["__CURSOR"]

    def since(self, cursor):
        """What was written after the cursor. The caller picks: with a match, journalctl 252 leaves out the first entry."""
        return self.journal(f"--after-cursor={cursor}")

    def last_words(self):
        return " / ".join(self.machine.says("journalctl", "--unit", UNIT, "--lines=4", "--output=cat").splitlines())


class Checks:
    def __init__(self):
        self.failed = 0

    def check(self, name, action):
        """One line; `action` returns what to add to it, and raises Failed."""
        began = time.monotonic()
        try:
            told = action()
            verdict = "ok"
        except Failed as failed:
            told, verdict = str(failed), "FAILED"
            self.failed += 1
        print(f"{verdict:<6}  {name}{': ' + told if told else ''}  ({time.monotonic() - began:.1f} s)", flush=True)
        return verdict == "ok"

    def skip(self, name, why): print(f"not     {name}: {why}", flush=True)


class Boot:
    """The checks, in the order in which a service meets with what they do."""

    def __init__(self, machine, checks):
        self.machine, self.checks, self.service = machine, checks, Service(machine)

    def play(self):
        check = self.checks.check
        check("systemd-analyze verify is silent", self.verify)
        check(f"systemd-analyze security gives at most {EXPOSURE / 10}", self.exposure)
        check("silta init makes keys and a log", self.provide)
        if not check("it starts, and says that it is ready", self.start):
            print(self.machine.says("journalctl", f"--unit={UNIT}", "--lines=40", "--output=short"), file=sys.stderr)
            return
        check("its process can do no more than it needs", self.confined)
        if self.has_limits(): check("the limits of memory and tasks hold", self.limits)
        else: self.checks.skip("the limits of memory and tasks hold", "this machine has no memory and pids controllers for the booted one")
        check("a connector that is a program is confined, and leaves nothing behind", self.program)
        check("the socket is for the operators' group", self.socket)
        check("an operator may ask it, and another user not", self.people)
        check("the console answers on loopback", self.console)
        check("while disclosure is paused, nothing leaves", self.paused)
        check("a reload opens disclosure, and the notices arrive", self.reload)
        check("what is wrong in the configuration is refused, and the old one stays", self.reload_wrong)
        check("a daemon that hangs is killed and starts again", self.hang)
        check("kill -9: it starts again, and the log holds", self.crash)
        check(f"it stops within {STOPS_WITHIN} s, with 0", self.stop)
        check("it can be stopped at any moment of its start", self.stop_early)
        check("a wrong configuration at the start: it fails once, and stays so", self.start_wrong)
        check("secrets may be encrypted on the disk", self.encrypted)
        check("the machine reboots, and it goes on", self.reboot)
        check("each line in the journal has its kind and its weight", self.journal)
        check("the journal has nothing of any pupil", self.nothing_personal)

    def verify(self):
        done = self.machine.run("systemd-analyze", "verify", UNIT)
        expect(done.returncode == 0 and not (done.stdout + done.stderr).strip(), (done.stdout + done.stderr).strip())

    def exposure(self):
        done = self.machine.run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}", "/etc/systemd/system/" + UNIT)
        told = re.search(r"level for \S+: (.*?) *$", done.stdout, re.M)
        expect(done.returncode == 0, told[1] if told else done.stderr.strip())
        return told[1]

    def provide(self):
        secret = "whsec_" + base64.b64encode(os.urandom(32)).decode() + "\n"
        self.machine.write("/etc/silta/credentials/webhook", secret, mode=0o600)
        self.machine.path("/etc/silta/credentials").chmod(0o700)
        for words in (["silta", "init"], ["chown", "-R", "silta:silta", "/var/lib/silta"], ["silta", "check"]):
            done = self.machine.run(*words)
            expect(done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
        self.key = self.machine.says("silta", "audit", "key")
        self.county()

    def county(self):
        """`silta receiver` as a service of its own; what it prints holds what it received, and is not for the journal."""
        done = self.machine.run("systemd-run", "--quiet", "--unit=county", "--property=StateDirectory=county",
                                "--property=StandardOutput=null", "--property=StandardError=journal",
                                "silta", "receiver", "--key", self.key, "--secret", "/etc/silta/credentials/webhook",
                                "--folder", municipality.RECEIVED)
        expect(done.returncode == 0, done.stderr.strip())
        until(lambda: "listening on" in self.machine.says("journalctl", "--unit=county", "--output=cat"), "the receiver does not listen")

    def received(self):
        folder = self.machine.path(municipality.RECEIVED)
        return sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []

    def start(self):
        done = self.machine.run("systemctl", "enable", "--now", UNIT)
        expect(done.returncode == 0, f"{done.stderr.strip()} {self.service.last_words()}")
        expect(self.service.active(), f"it is {self.service.show('ActiveState')}")
        self.started = time.monotonic()
        status = self.service.show("StatusText")
        expect(status, "it has no status")
        return status

    def confined(self):
        process = self.service.process
        status = dict(line.split(":\t", 1) for line in self.machine.process(process, "status").splitlines() if ":\t" in line)
        for name, wanted in {"CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1", "Seccomp": "2"}.items():
            expect(status[name] == wanted, f"{name} is {status[name]} and should be {wanted}")
        core = re.search(r"Max core file size +(\S+) +(\S+)", self.machine.process(process, "limits"))
        expect(core.groups() == ("0", "0"), f"it may write a core file of {core[2]} bytes")
        # As its user, among its mounts. Homes are empty and its own alone, since a drop-in shows it the export in one.
        writable = self.machine.says("nsenter", "--target", process, "--mount", "runuser", "-u", "silta", "--", "find", "/",
                                     "(", "-path", "/proc", "-o", "-path", "/sys", ")", "-prune", "-o",
                                     "-writable", "-not", "-type", "l", "-not", "-type", "s", "-print")
        allowed = r"/(var/lib/silta|run/silta|tmp|var/tmp|dev|home|root|run/user)(/|$)"
        beyond = [path for path in writable.splitlines() if not re.match(allowed, path)]
        expect("/var/lib/silta" in writable and not beyond, f"it may write to {', '.join(beyond) or 'nothing'}")

    def has_limits(self):
        return {"memory", "pids"} <= set(self.machine.says("cat", "/sys/fs/cgroup/cgroup.controllers").split())

    def limits(self):
        folder = "/sys/fs/cgroup" + self.service.show("ControlGroup")
        names = ("memory.max", "memory.high", "memory.swap.max", "pids.max")
        set_to = {name: self.machine.says("cat", f"{folder}/{name}") for name in names}
        expect("max" not in set_to.values(), f"one of them is not there: {set_to}")
        return ", ".join(f"{name} {value}" for name, value in set_to.items())

    def program(self):
        """The program of municipality.py says on standard error what it finds itself in, and starts what should not outlive it."""
        told = until(lambda: [entry["MESSAGE"] for entry in self.service.journal(f"_SYSTEMD_UNIT={UNIT}", "_COMM=silta")
                              if "I am in" in entry["MESSAGE"]], "it said nothing")[0]
        processor, memory, core, group = re.search(r"I am in (\S+) (\S+) (\S+) (\S+)", told).groups()
        expect((processor, memory, core) == ("7", str(64 << 10), "0"), f"its limits are {processor} s, {memory} KiB, cores of {core}")
        expect("/program-" in group, f"its group is {group}")
        until(lambda: not self.machine.says("pgrep", "--full", "--uid", "silta", "sleep 999"), "what it started is not gone")
        return group

    def socket(self):
        told = self.machine.says("stat", "--format=%U:%G %a %F", "/run/silta/silta.sock")
        expect(told == "silta:silta-operators 660 socket", f"it is {told or 'not there'}, and should be silta:silta-operators 660 socket")
        return told

    def people(self):
        for user, groups in {"maija": ["--groups", "silta-operators"], "ulla": []}.items():
            self.machine.run("useradd", "--no-create-home", *groups, user)
        told = self.machine.run("silta", "status", user="maija")
        expect(told.returncode in (0, 3), f"silta status of an operator ended with {told.returncode}: {told.stderr.strip()}")
        refused = self.machine.run("silta", "status", user="ulla")
        expect(refused.returncode == 1, f"silta status of another user ended with {refused.returncode}: {refused.stderr.strip()}")
        expect(not refused.stdout.strip(), "another user was told something")
        return refused.stderr.strip()

    def console(self):
        request = r"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ask = f"exec 3<>/dev/tcp/127.0.0.1/8642; printf '{request}' >&3; cat <&3"
        told = self.machine.run("bash", "-c", ask, within=10)
        first = (told.stdout.splitlines() or [told.stderr.strip()])[0]
        expect(" 200 " in first, f"it answers {first}")
        return first

    def paused(self):
        waiting = until(lambda: [notice for notice in self.service.lines("notices") if notice["reason"] == "paused"],
                        "no notice was prepared")
        expect(not self.received(), "the county received something")
        return f"{len(waiting)} notices wait"

    def configure(self, change):
        path = self.machine.path("/etc/silta/silta.yaml")
        path.write_text(change(path.read_text()))

    @contextlib.contextmanager
    def configured_wrongly(self):
        self.configure(lambda text: text + UNREADABLE)
        try:
            yield
        finally:
            self.configure(lambda text: text.replace(UNREADABLE, ""))

    def reload(self):
        before = self.service.process
        self.configure(lambda text: text.replace("disclosure: paused", "disclosure: open"))
        self.service.do("reload")
        until(self.received, "the county received nothing")
        # The county keeps a message before the daemon hears of it.
        until(lambda: len([notice for notice in self.service.lines("notices") if notice["state"] == "delivered"]) == len(self.received()),
              "the notices delivered were not those received")
        expect(self.service.active() and self.service.process == before, "the process is another one")
        peak = re.search(r"VmHWM:\s+(\d+)", self.machine.process(before, "status"))
        megabytes = int(peak[1]) // 1024
        expect(megabytes < MEMORY, f"the process needed {megabytes} MB, and should need less than {MEMORY}")
        return f"{len(self.received())} notices, {megabytes} MB at most"

    def reload_wrong(self):
        before, cursor = self.service.process, self.service.cursor()
        with self.configured_wrongly():
            self.service.do("reload")
            told = until(lambda: [entry["MESSAGE"] for entry in self.service.since(cursor) if "no-such-key" in entry["MESSAGE"]],
                         "the journal did not say what is wrong")
            until(self.service.active, "it did not come back from the reload")
        expect(self.service.process == before, "the process is another one")
        self.service.do("reload")
        until(self.service.active, "it did not come back from the second reload")
        return told[0]

    def verified(self):
        done = self.service.with_credentials("audit", "verify", "--json")
        expect(done.returncode == 0, f"audit verify ended with {done.returncode}: {done.stderr.strip()}")
        told = json.loads(done.stdout)
        expect(told["ok"], f"the log does not hold: {done.stdout.strip()}")
        return told["entries"]

    def hang(self):
        # Long enough that the watchdog would have killed what does not tell it anything.
        time.sleep(max(0, self.started + 2.5 * WATCHDOG - time.monotonic()))
        before = self.service.restarts
        expect(before == 0, f"it was restarted {before} times although its work went on")
        cursor, began = self.service.cursor(), time.monotonic()
        self.service.signal("STOP")
        self.service.restarted(before)
        seconds = time.monotonic() - began
        expect(any("Watchdog timeout" in entry["MESSAGE"] for entry in self.service.since(cursor)), "it was not the watchdog")
        return f"running again after {seconds:.1f} s; the watchdog waits for {WATCHDOG}"

    def crash(self):
        entries, before = self.verified(), self.service.restarts
        self.service.signal("KILL")
        self.service.restarted(before)
        after = self.verified()
        expect(after >= entries, f"the log had {entries} entries, and has {after}")
        return f"{entries} entries before, {after} after"

    def ended_well(self):
        result, code, status = self.service.show("Result", "ExecMainCode", "ExecMainStatus")
        expect((result, status) == ("success", "0") and code in ("0", "1"), f"it ended with {result}, {status}")
        left = self.machine.says("find", "/proc", "-maxdepth", "1", "-user", "silta", "-name", "[0-9]*")
        expect(not left, f"processes are left: {left}")

    def stop(self):
        began = time.monotonic()
        self.service.do("stop")
        seconds = time.monotonic() - began
        self.ended_well()
        expect(self.service.show("ExecMainCode") == "1", "it did not end by itself")
        expect(seconds < STOPS_WITHIN, f"it took {seconds:.1f} s")
        expect(not self.machine.path("/run/silta/silta.sock").exists(), "the socket is still there")
        return f"{seconds:.2f} s"

    def stop_early(self):
        longest = 0
        for delay in (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8):
            self.machine.run("systemctl", "start", "--no-block", UNIT)
            time.sleep(delay)
            began = time.monotonic()
            self.service.do("stop")
            longest = max(longest, time.monotonic() - began)
            expect(self.service.show("Result") == "success", f"stopped after {delay} s, it ended with {self.service.show('Result')}")
        expect(longest < STOPS_WITHIN, f"it took {longest:.1f} s")
        return f"{longest:.2f} s at most"

    def start_wrong(self):
        with self.configured_wrongly():
            done = self.machine.run("systemctl", "start", UNIT)
            time.sleep(2)  # longer than this machine's RestartSec
            state, status, restarts = self.service.show("ActiveState", "ExecMainStatus", "NRestarts")
        expect(done.returncode != 0 and (state, status, restarts) == ("failed", "2", "0"),
               f"it is {state} with {status}, restarted {restarts} times")
        self.service.do("start")

    def encrypted(self):
        folder = "/etc/silta/credentials"
        for path in sorted(self.machine.path(folder).iterdir()):
            self.machine.path(folder + ".encrypted").mkdir(mode=0o700, exist_ok=True)
            done = self.machine.run("systemd-creds", "encrypt", "--with-key=host", f"--name=credentials_{path.name}",
                                    f"{folder}/{path.name}", f"{folder}.encrypted/{path.name}")
            expect(done.returncode == 0, done.stderr.strip())
        local(self.machine, "ProtectHome", "BindReadOnlyPaths", "LoadCredentialEncrypted")
        self.machine.path(folder).rename(self.machine.path(folder + ".away"))
        self.machine.run("systemctl", "daemon-reload")
        self.service.do("restart")
        expect(self.service.active(), f"it is {self.service.show('ActiveState')}")
        # Back for the checks that follow; what was encrypted stays in use.
        self.machine.path(folder + ".away").rename(self.machine.path(folder))

    def reboot(self):
        entries, received = self.verified(), self.received()
        expect(self.machine.power_off(), "the machine did not end")
        self.machine.boot()
        until(self.service.active, "it was not running after the boot")
        until(lambda: self.verified() > entries, "it wrote nothing into the log")
        expect(self.received() == received, "the county received something twice, or something else")
        return f"{entries} entries before, {self.verified()} after"

    def journal(self):
        entries = self.service.journal(f"_SYSTEMD_UNIT={UNIT}", "_COMM=silta")
        # A start that the configuration does not let happen ends with a sentence on standard error.
        entries = [entry for entry in entries if entry["_TRANSPORT"] == "journal" or "no-such-key" not in entry["MESSAGE"]]
        expect(entries, "there are no lines")
        for entry in entries:
            expect(re.fullmatch("[0-9a-f]{32}", entry.get("MESSAGE_ID", "")), f"this line has no MESSAGE_ID: {entry['MESSAGE']}")
            expect(entry.get("PRIORITY", "") in list("01234567"), f"this line has no PRIORITY: {entry['MESSAGE']}")
        of_provider = [entry for entry in entries if entry.get("SILTA_PROVIDER") == "esimerkkila"]
        expect(of_provider, "no line says by SILTA_PROVIDER of which provider it is")
        kinds = {entry["MESSAGE_ID"] for entry in entries}
        return f"{len(entries)} lines of {len(kinds)} kinds, {len(of_provider)} of them of the provider"

    def nothing_personal(self):
        text = self.machine.says("journalctl", "--output=export", "--all")
        searched = municipality.personal()
        found = [word for word in searched if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)]
        expect(not found, f"{len(found)} of {len(searched)} are in it: {', '.join(found[:5])}")
        return f"{len(searched)} names, numbers and remarks looked for in {len(text) // 1000} kB"


def local(machine, *settings):
    """The drop-in, as an administrator would make it of local.conf; and what makes the test short."""
    text = (SYSTEMD / "local.conf").read_text()
    for setting in settings:
        text, found = re.subn(rf"^#(?={setting}=)", "", text, flags=re.M)
        assert found == 1, f"deploy/systemd/local.conf should have one {setting}"
    machine.write("/etc/systemd/system/silta.service.d/local.conf", text.replace("<user>", municipality.USER))
    machine.write("/etc/systemd/system/silta.service.d/short.conf", f"[Service]\nWatchdogSec={WATCHDOG}\nRestartSec=1\n")


def install(machine, binary):
    machine.install_program(binary, "/usr/local/bin/silta")
    machine.write("/etc/systemd/system/" + UNIT, (SYSTEMD / UNIT).read_text())
    machine.write("/usr/lib/sysusers.d/silta.conf", (SYSTEMD / "silta.sysusers").read_text())
    local(machine, "ProtectHome", "BindReadOnlyPaths")
    municipality.install(machine, dt.date.today())


def arguments():
    ap = argparse.ArgumentParser()
    ap.add_argument("--binary", type=pathlib.Path, default=municipality.ROOT / ".build/release/silta")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "silta-boot"
    ap.add_argument("--cache", type=pathlib.Path, default=cache)
    ap.add_argument("--keep", action="store_true")
    return ap.parse_args()


def main():
    a = arguments()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machine = None
    try:
        machines.require()
        if not a.binary.is_file(): sys.exit(f"boot: {a.binary} is not there; build it, or say where it is with --binary")
        a.cache.mkdir(parents=True, exist_ok=True)
        machine = machines.Machine(a.cache.absolute())
        install(machine, a.binary)
        machine.boot()
        print(f"A Debian is up after {time.monotonic() - began:.1f} s", flush=True)
        checks = Checks()
        Boot(machine, checks).play()
    except machines.Impossible as reason:
        print(f"boot: nothing was checked: {reason}", file=sys.stderr)
        sys.exit(77)
    finally:
        if machine:
            machine.end()
            if a.keep: print(f"The machine's files are in {machine.root}")
            else: machine.remove()
    print(f"{checks.failed or 'No'} check{'' if checks.failed == 1 else 's'} failed, {time.monotonic() - began:.0f} s")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
