#!/usr/bin/env python3
"""Programs that no host would want, as connectors; and a daemon that has all of them beside a source that is well.

    hostile.py SILTA [--within SECONDS]

Starts `silta run` with one source a misbehaviour and the sample municipality's export, and looks from outside: each bad source is
`failing` in `silta status` within the given time (60 s), the good one's polls go on meanwhile, the daemon's memory stays bounded, no
process is left, and each source heals when its program is mended. Ends with 1 where one of these is not so. Linux only,
standard library only.
"""
import argparse, base64, json, os, pathlib, shutil, signal, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SILENCE = 2  # seconds; the manifest's own minute would make the test as long
MEMORY = 300  # MB that the daemon itself may have
HELLO = '{"type":"HELLO","protocol":"silta/1","connector":"%s","version":"1"}'
COVERAGE = '{"type":"COVERAGE","from":"2026-08-01","through":"2026-11-01"}'
MARK = '{"type":"RECORD","stream":"absences","record":{"key":"%d","pupil":"1","date":"2026-09-01","minutes":45,"class":"health"}}'
END = '{"type":"END","status":"complete","counts":{"absences":%d}}'

# What each does after HELLO, as Python.
PROGRAMS = {
    "hangs": "time.sleep(1000)",
    "hangs-deaf": "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(1000)",
    "floods-records": "n = 0\nwhile True: n += 1; say(MARK % n)",
    "floods-garbage": "while True: sys.stdout.write('nothing ' * 1000 + '\\n')",
    "floods-one-line": "for _ in range(1024): sys.stdout.write('x' * (1 << 20))\ntime.sleep(1000)",
    "floods-errors": "for _ in range(1024): sys.stderr.write('E! ' + 'x' * (1 << 20) + '\\n')\nsys.exit(1)",
    "half-line": "sys.stdout.write(MARK[:40]); sys.stdout.flush(); sys.exit(0)",
    "half-line-hangs": "sys.stdout.write(MARK[:40]); sys.stdout.flush(); time.sleep(1000)",
    "complete-after-error": "say(COVERAGE); sys.stderr.write('E! the register refused page 2\\n'); say(END % 0)",
    "complete-then-fails": "say(COVERAGE); say(END % 0); sys.exit(3)",
    "counts-wrong": "say(COVERAGE); say(MARK % 1); say(END % 2)",
    "goes-on-after-end": "say(COVERAGE); say(END % 0); say(MARK % 1)",
    "leaves-children": "subprocess.Popen(['sleep', '990']); subprocess.Popen(['sleep', '991'], start_new_session=True); sys.exit(1)",
    "takes-memory": "a = []\nwhile True: a.append(bytearray(1 << 24))",
    "takes-processor": "while True: pass",
    "kills-its-group": "os.kill(0, signal.SIGKILL)",
    "stops-itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "closes-its-output": "os.close(1); os.close(2); time.sleep(1000)",
}
# Only a control group of its own holds what has left its session.
HAS_GROUPS = any(os.access(f"/sys/fs/cgroup/{tree}cgroup.procs", os.W_OK) for tree in ("", "unified/"))
GOOD = "say(COVERAGE.replace('2026-11-01', '2026-08-01')); say(END % 0)"


def program(name, body):
    return f"""import os, signal, subprocess, sys, time
HELLO, COVERAGE, MARK, END = {HELLO % name!r}, {COVERAGE!r}, {MARK!r}, {END!r}
def say(line): sys.stdout.write(line + "\\n"); sys.stdout.flush()
say(HELLO)
{body}
"""


def connectors(folder):
    """Makes a connector for each misbehaviour."""
    for name, body in PROGRAMS.items():
        own = folder / name
        own.mkdir(parents=True)
        (own / "connector.yaml").write_text(f"""name: {name}
version: "1"
reads: Nothing. It misbehaves.
configuration: {{type: object, properties: {{}}}}
program: [python3, read.py]
limits: {{memory: 128MiB, cpu: {2 * SILENCE}s, silence: {SILENCE}s, grace: 1s, records: 200000}}
""")
        (own / "read.py").write_text(program(name, body))


def sources(every="1m"):
    """As they stand in silta.yaml."""
    return "".join(f"      - {{id: {name}, connector: {name}, every: {every}, deadline: 20s, config: {{}}}}\n" for name in PROGRAMS)


def left():
    """Processes that a program has started and left behind."""
    return [line for line in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout.splitlines()
            if line == "sleep 990" or line == "sleep 991" and HAS_GROUPS]


def install(work, silta):
    for path in (ROOT / "deploy/sample").iterdir():
        if path.is_file(): shutil.copy(path, work)
    shutil.copytree(max((ROOT / "deploy/sample/exports").iterdir()), work / "export")
    connectors(work / "hostile")
    text = (work / "silta.yaml").read_text()
    text = text.replace("connectors: [connectors]", f'connectors: ["{ROOT}/connectors", hostile]').replace("disclosure: open", "disclosure: paused")
    text = text.replace("every: 15m", "every: 1s").replace("    recipients:\n", sources() + "    recipients:\n", 1)
    (work / "silta.yaml").write_text(text)
    (work / "credentials").mkdir(mode=0o700)
    (work / "credentials/webhook").write_text("whsec_" + base64.b64encode(os.urandom(32)).decode() + "\n")
    subprocess.run([silta, "--config", work / "silta.yaml", "init"], check=True, capture_output=True)


def status(silta, work):
    told = subprocess.run([silta, "--config", work / "silta.yaml", "status", "--json"], capture_output=True, text=True)
    return {source["source"]: source for source in json.loads(told.stdout)["sources"]} if told.stdout else {}


def memory(process):
    """Resident, in MB."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("silta", type=pathlib.Path)
    ap.add_argument("--within", type=float, default=60)
    a = ap.parse_args()
    silta, problems = a.silta.resolve(), []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        install(work, silta)
        daemon = subprocess.Popen([silta, "--config", work / "silta.yaml", "run"], stderr=open(work / "journal", "w"))
        try:
            began, seen, most, good = time.monotonic(), {}, 0, set()
            while time.monotonic() - began < a.within and len(seen) < len(PROGRAMS):
                time.sleep(0.3)
                if daemon.poll() is not None: sys.exit(f"the daemon ended with {daemon.returncode}:\n{(work / 'journal').read_text()[-2000:]}")
                most = max(most, memory(daemon))
                for name, source in status(silta, work).items():
                    if name in PROGRAMS and source["state"] == "failing": seen.setdefault(name, (time.monotonic() - began, source["reason"]))
                    if name == "primus": good.add(source["lastCompleted"])
            for name in PROGRAMS:
                if name in seen: print(f"{name}: failing after {seen[name][0]:.1f} s: {seen[name][1]}")
                else: problems.append(f"{name} is not failing within {a.within:.0f} s")
            if len(good) < 3: problems.append(f"the good source was polled {len(good)} times only")
            for name in PROGRAMS: (work / "hostile" / name / "read.py").write_text(program(name, GOOD))
            for name in PROGRAMS:
                subprocess.run([silta, "--config", work / "silta.yaml", "source", "poll", name], capture_output=True, timeout=60)
            for name, source in status(silta, work).items():
                # The sample is of another day, so that all of them are stale.
                if source["state"] not in ("ok", "stale"): problems.append(f"{name} does not heal: {source['reason']}")
            if most > MEMORY: problems.append(f"the daemon had {most} MB")
            if processes := left(): problems.append(f"{len(processes)} processes were left behind")
        finally:
            daemon.send_signal(signal.SIGTERM)
            try:
                if daemon.wait(10) != 0: problems.append(f"the daemon ended with {daemon.returncode}")
            except subprocess.TimeoutExpired:
                daemon.kill()
                problems.append("the daemon did not end")
        journal = (work / "journal").read_text()
        if len(journal) > 4 << 20: problems.append(f"the journal has {len(journal)} bytes")
    for problem in problems: print(problem)
    print(f"{len(PROGRAMS)} hostile programs, {len(problems)} problems, the daemon had {most} MB at most, the good source was polled {len(good)} times")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
