#!/usr/bin/env python3
"""Plays a synthetic school year through the real `silta` and compares what comes out with the oracle, after every export.

    play-year.py SILTA SCHOOL-YEAR CONNECTORS [--seed N] [--pupils N] [--days N] [--every N] [--encoding utf-8|cp1252] [--faults]
                 [--tiers 5,10,20] [--exposure 20] [--grades 5-9] [--notice-tier 2] [--counts 01,111,112,113,21]
                 [--consent-age 400d] [--last-only] [--hostile] [--work FOLDER]

SILTA is the binary, SCHOOL-YEAR the folder with generate.py and expect.py, CONNECTORS the folder of connectors. Prints what
differs and ends with 1 if anything does. --hostile adds sources that misbehave (hostile.py), which must change nothing of that.
Standard library only.

The oracle departs from the specification in two places, and is not asked there. It does not know that a register's consents age
(spec/intake.md): unless --consent-age says otherwise, they do not here. And a pupil who is no longer in an export is gone from its
answer, where the specification has their enrolment end on the day before.
"""
import argparse, base64, collections, json, os, pathlib, signal, subprocess, sys, tempfile

import hostile

CLASSES = {"01": "unexplained", "02": "late", "03": "elsewhere", "04": "ignore", "21": "unauthorised", "31": "ignore",
           "111": "health", "112": "leave", "113": "explained"}


def arguments():
    ap = argparse.ArgumentParser()
    ap.add_argument("silta", type=pathlib.Path)
    ap.add_argument("school_year", type=pathlib.Path)
    ap.add_argument("connectors", type=pathlib.Path)
    ap.add_argument("--seed", default="1")
    ap.add_argument("--pupils", default="60")
    ap.add_argument("--days", default="187")
    ap.add_argument("--every", default="1")
    ap.add_argument("--encoding", default="utf-8")
    ap.add_argument("--faults", action="store_true")
    ap.add_argument("--last-only", action="store_true")
    ap.add_argument("--tiers", default="5,10,20")
    ap.add_argument("--exposure", default="20")
    ap.add_argument("--grades", default="5-9")
    ap.add_argument("--notice-tier", default="2")
    ap.add_argument("--counts", default="01,111,112,113,21")
    ap.add_argument("--consent-age", default="366d")
    ap.add_argument("--hostile", action="store_true")
    ap.add_argument("--work", type=pathlib.Path)
    return ap.parse_args()


def configure(a, work, port):
    low, high = a.grades.split("-")
    t1, t2, t3 = a.tiers.split(",")
    (work / "silta.yaml").write_text(f"""
state: state
credentials: credentials
connectors: ["{a.connectors.resolve()}", hostile]
providers:
  - id: jarvenpaa
    name: Järvenpää
    municipality: "186"
    master-key: credential:master-key
    signing-key: credential:signing-key
    calendar: year/calendar.yaml
    policy: sky.yaml
    disclosure: open
    sources:
      - id: primus
        connector: primus-csv
        consent-age: {a.consent_age}
        quarantine: {{failing-above: 100 %}}
        config:
          location: export
          encoding: {a.encoding}
          codes: {json.dumps(CLASSES)}
{hostile.sources() if a.hostile else ""}    recipients:
      - id: hva-keusote
        name: Keski-Uudenmaan hyvinvointialue
        services: [pupil-welfare]
        schools: all
        deliver:
          url: http://127.0.0.1:{port}/notices
          format: cloudevents
          sign: credential:webhook
          allow-addresses: [127.0.0.0/8]
""")
    (work / "sky.yaml").write_text(f"""
policy: sky-2026
grades: {list(range(int(low), int(high) + 1))}
period: school-year
scopes: {{perus: [identity, school, grade, tier, minutes, period, contact]}}
counts: [{", ".join(sorted({CLASSES[c] for c in a.counts.split(",")}))}]
minimum-school-days: {a.exposure}
tiers:
  - {{tier: 1, from: {t1} %}}
  - {{tier: 2, from: {t2} %}}
  - {{tier: 3, above: {t3} %}}
notices:
  - rule: pupil-welfare-contact
    tier: {a.notice_tier}
    service: pupil-welfare
    purpose: opiskeluhuolto
    release: automatic
    include: [identity, school, grade, tier, minutes, period]
""")
    (work / "credentials").mkdir(mode=0o700, exist_ok=True)
    (work / "credentials/webhook").write_text("whsec_" + base64.b64encode(os.urandom(32)).decode() + "\n")


class Bridge:
    def __init__(self, a, work):
        self.a, self.work = a, work

    def run(self, *words, codes=(0,)):
        done = subprocess.run([self.a.silta, "--config", self.work / "silta.yaml", *words], capture_output=True, text=True)
        if done.returncode not in codes:
            sys.exit(f"silta {' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def lines(self, *words, codes=(0,)):
        return [json.loads(line) for line in self.run(*words, "--json", codes=codes).splitlines()]


def offset(day):
    """Helsinki's, whose summer time ends on the last Sunday of October and begins on that of March."""
    return "+02:00" if "2026-10-25" <= day < "2027-03-28" else "+03:00"


def card(row):
    return row["keys"][0]["key"]


def told(folder, encoding):
    """The register keys that an export enrols."""
    rows = (folder / "oppilaat.csv").read_text(encoding=encoding).splitlines()[1:]
    return {row.split(";")[0] for row in rows}


def compare(day, expected, enrolled, pupils, notices, received, problems):
    found = {card(p): {k: p[k] for k in ("absentMinutes", "expectedMinutes", "tier", "highestTier", "reachedOn")} for p in pupils}
    for key in sorted((found.keys() | expected["pupils"].keys()) & enrolled):
        if found.get(key) != expected["pupils"].get(key):
            problems.append(f"{day}: pupil {key} is {found.get(key)} and should be {expected['pupils'].get(key)}")
    standing = {}
    for n in notices:
        if n["state"] == "withdrawn": continue
        if card(n) in standing: problems.append(f"{day}: pupil {card(n)} has two standing notices")
        standing[card(n)] = f"held: {n['reason'].replace('no-consent', 'no consent')}" if n["state"] == "held" else n["state"]
    for key in sorted((standing.keys() | expected["notices"].keys()) & enrolled):
        if standing.get(key) != expected["notices"].get(key):
            problems.append(f"{day}: notice of {key} is {standing.get(key)} and should be {expected['notices'].get(key)}")
    owner = {n["notice"]: card(n) for n in notices}
    for kind, want, ids in (("received", expected["received"], [r["notice"] for r in received if r["kind"] == "referral"]),
                            ("withdrawn", expected["withdrawn"], [r["withdraws"] for r in received if r["kind"] == "withdrawal"])):
        have = collections.Counter(owner.get(i, f"unknown {i}") for i in ids)
        if have != collections.Counter(want): problems.append(f"{day}: {kind} are {sorted(have.elements())} and should be {sorted(want)}")


def main():
    a = arguments()
    a.silta = a.silta.resolve()
    temporary = tempfile.TemporaryDirectory()
    work = a.work or pathlib.Path(temporary.name)
    work.mkdir(parents=True, exist_ok=True)
    make = [sys.executable, a.school_year / "generate.py", work / "year", "--seed", a.seed, "--pupils", a.pupils, "--days", a.days,
            "--every", a.every, "--encoding", a.encoding]
    subprocess.run(make + ["--faults"] * a.faults + ["--last-only"] * a.last_only, check=True, stderr=subprocess.DEVNULL)
    expect = [sys.executable, a.school_year / "expect.py", work / "year", "--encoding", a.encoding, "--tiers", a.tiers, "--exposure",
              a.exposure, "--grades", a.grades, "--notice-tier", a.notice_tier, "--counts", a.counts, "--per-day"]
    expected = {e["day"]: e for e in map(json.loads, subprocess.run(expect, check=True, capture_output=True, text=True).stdout.splitlines())}

    bridge = Bridge(a, work)
    if a.hostile: hostile.connectors(work / "hostile")
    configure(a, work, 1)
    bridge.run("init")
    key = bridge.run("audit", "key").strip()
    secret = work / "credentials/webhook"
    receiver = subprocess.Popen([a.silta, "receiver", "--listen", "127.0.0.1:0", "--secret", secret, "--key", key, "--json"],
                                stdout=open(work / "received.jsonl", "w"), stderr=subprocess.PIPE, text=True)
    problems, enrolled = [], set()
    try:
        port = receiver.stderr.readline().strip().rsplit(":", 1)[1]
        text = (work / "silta.yaml").read_text().replace("127.0.0.1:1/", f"127.0.0.1:{port}/")
        (work / "silta.yaml").write_text(text)
        for day in sorted(expected):
            link = work / "export"
            link.unlink(missing_ok=True)
            link.symlink_to(work / "year/days" / day)
            applied = expected[day]["export"] == "applied"
            if applied: enrolled = told(work / "year/days" / day, a.encoding)
            isWell = applied and not a.hostile
            bridge.run("sync", "--now", f"{day}T20:00:00{offset(day)}", codes=(0,) if isWell else (3,))
            received = [json.loads(line) for line in (work / "received.jsonl").read_text().splitlines()]
            for r in received:
                if not r["received"] or r["repeat"] or r["evidence"] != "verified": problems.append(f"{day}: the receiver says {r}")
            compare(day, expected[day], enrolled, bridge.lines("pupils"), bridge.lines("notices"), received, problems)
            if problems: break
        if a.hostile:
            states = {source["source"]: source["state"] for source in bridge.lines("status", codes=(3,))[0]["sources"]}
            problems += [f"{name} is {states[name]}, not failing" for name in hostile.PROGRAMS if states[name] != "failing"]
        verified = bridge.lines("audit", "verify")[0]
        if not verified["ok"]: problems.append(f"audit verify: {verified}")
        before = bridge.lines("status", "--digest", codes=(0, 3))[0]["state"]["digest"]
        after = bridge.lines("rebuild")[0]["digest"]
        if before != after: problems.append(f"the state's digest is {before}, and {after} after a rebuild")
    finally:
        receiver.send_signal(signal.SIGTERM)
        if receiver.wait(10) != 0: problems.append(f"the receiver ended with {receiver.returncode}")
    for problem in problems[:20]: print(problem)
    print(f"seed {a.seed}: {len(expected)} exports, {len(problems)} differences")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
