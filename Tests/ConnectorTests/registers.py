#!/usr/bin/env python3
"""Tries the connectors ss12000, edfi and oneroster against simulated registers: everything, what is new, and what goes wrong.

    registers.py --binary .build/release/silta [ss12000 edfi oneroster]

What is read bit by bit must be what somebody who reads everything at the end has. Ends with 0 where everything came out that should.
"""

import argparse
import pathlib
import re
import tempfile

from edfi import EdFi
from installation import Installation, expect
from oneroster import OneRoster
from ss12000 import SS12000

OWN = ["127.0.0.0/8", "::1/128"]


def counts(said):
    """What a poll says of itself: new, reclassified, retimed, withdrawn."""
    found = re.search(r"marks: (\d+) new, (\d+) reclassified, (\d+) retimed, (\d+) withdrawn", said)
    return tuple(map(int, found.groups())) if found else (0, 0, 0, 0)


def poll(installation, now, new=0, reclassified=0, retimed=0, withdrawn=0):
    code, said = installation.poll(now)
    expect(counts(said) == (new, reclassified, retimed, withdrawn), "the poll should tell what has changed:", said)
    return said


def fails(installation, now, *words):
    """A poll that must change nothing."""
    before = installation.pupils()
    code, said = installation.poll(now)
    expect(code == 3 and "the poll failed" in said and all(word in said for word in words), f"the poll should fail with {words}:", said)
    expect(installation.pupils() == before, "a poll that fails should change nothing")


def same(register, config, secrets, installation, folder, binary, connector, now):
    """What was read bit by bit is what a beginner reads."""
    beginner = Installation(folder / f"{connector}-beginner", binary, connector, config, secrets)
    beginner.poll(now)
    expect(beginner.pupils() == installation.pupils(), "bit by bit should come to the same as all at once")


def try_ss12000(folder, binary):
    register = SS12000(folder / "register")
    kinds = [mark.kind for mark in register.school.marks]
    config = {
        "location": register.url, "token": "credential:token", "ca-file": str(register.certificate), "allow-addresses": OWN, "rate": "1000/s",
        "from": "2026-08-12", "made-after": "2026-07-01"}
    secrets = {"token": SS12000.TOKEN}
    installation = Installation(folder / "silta", binary, "ss12000", config, secrets)
    said = poll(installation, "2026-10-05T09:00:00Z", new=kinds.count("excused") + kinds.count("unexcused"))
    expect("0 quarantined" in said, "every row should be understood:", said)
    expect(len(installation.pupils()) == len(register.school.pupils), "every pupil should be there")
    try_groups(register, config, secrets, folder, binary)
    try_one_school(register, config, secrets, folder, binary)
    asked = register.asked
    register.control({"advance": 3600})
    poll(installation, "2026-10-05T10:00:00Z")
    expect(register.asked - asked < asked, "what has not changed should cost less:", asked, register.asked)
    for change, expected in [({"excuse": 3}, {"reclassified": 3}), ({"delete": 2}, {"withdrawn": 2}), ({"correct": 4}, {"withdrawn": 4}),
                             ({"forget": 2}, {"withdrawn": 2}), ({"report": 5}, {"new": 5})]:
        register.control({"advance": 3600} | change)
        poll(installation, register.now.strftime("%Y-%m-%dT%H:%M:%SZ"), **expected)
    same(register, config, secrets, installation, folder, binary, "ss12000", register.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    faults(register, installation)
    register.stop()


def try_one_school(register, config, secrets, folder, binary):
    """The same register, of which one school is read, and nobody of another."""
    school = register.school.ids[0]
    one = Installation(folder / "one", binary, "ss12000", config | {"organisation": school}, secrets)
    pupils = [pupil for pupil in register.school.pupils if pupil.school == 0]
    marks = [mark for mark in register.school.marks if mark.pupil.school == 0 and mark.kind in ("excused", "unexcused")]
    said = poll(one, "2026-10-05T09:00:00Z", new=len(marks))
    expect("0 quarantined" in said and 0 < len(pupils) < len(register.school.pupils), "every row should be understood:", said)
    expect(len(one.pupils()) == len(pupils), "nobody of another school should be there")


def try_groups(register, config, secrets, folder, binary):
    """The same register, whose enrolments are read from its classes, and which notes who comes late."""
    grades = {name: name[0] for name in register.school.groups}
    other = Installation(
        folder / "groups", binary, "ss12000", config | {"enrolments": "groups", "grades": grades, "arrivals": "late"}, secrets)
    said = poll(other, "2026-10-05T09:00:00Z", new=sum(mark.kind in ("excused", "unexcused") for mark in register.school.marks) + 12)
    expect("0 quarantined" in said, "every row should be understood:", said)
    expect(len(other.pupils()) == len(register.school.pupils), "every pupil should be there by their class")


def faults(register, installation, after=3):
    """What goes wrong in the middle, after so many requests, changes nothing; the next poll has it all."""
    def later():
        register.control({"advance": 3600})
        return register.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    register.control({"fault": {"after": after, "status": 500}})
    fails(installation, later(), "500")
    register.control({"fault": {"after": after, "status": 429, "retry-after": 1}})
    poll(installation, later())
    register.control({"fault": {"after": after, "status": 429, "retry-after": 86400}})
    fails(installation, later())
    code, said = installation.silta("sync", "--now", (later()))
    expect(code in (0, 3), "the next one should end:", said)


def try_edfi(folder, binary):
    register = EdFi(folder / "register")
    config = {
        "location": register.url, "token-url": register.url + "/oauth/token", "client-id": EdFi.CLIENT,
        "client-secret": "credential:secret", "ca-file": str(register.certificate), "allow-addresses": OWN, "rate": "1000/s",
        "from": "2026-08-12", "events": "school", "snapshot": "true"}
    secrets = {"secret": EdFi.SECRET}
    installation = Installation(folder / "silta", binary, "edfi", config, secrets)
    register.control({"token-lives": 7})
    said = poll(installation, "2026-10-05T09:00:00Z", new=len(register.events))
    expect("0 quarantined" in said, "every row should be understood:", said)
    expect(len(installation.pupils()) == len(register.school.pupils), "every pupil should be there")
    for change, expected in [({"excuse": 3}, {"new": 3, "withdrawn": 3}), ({"delete": 2}, {"withdrawn": 2}), ({"move": 4}, {"retimed": 4})]:
        register.control({"advance": 3600} | change)
        poll(installation, register.now.strftime("%Y-%m-%dT%H:%M:%SZ"), **expected)
    same(register, config, secrets, installation, folder, binary, "edfi", register.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    # A snapshot that goes while its changes are read: everything is read instead, at once or not at all.
    register.control({"advance": 3600, "excuse": 2, "fault": {"after": 1, "status": 410}})
    poll(installation, register.now.strftime("%Y-%m-%dT%H:%M:%SZ"), new=2, withdrawn=2)
    register.control({"advance": 3600, "snapshot": False})
    fails(installation, register.now.strftime("%Y-%m-%dT%H:%M:%SZ"), "410")
    register.control({"snapshot": True})
    faults(register, installation)
    register.stop()


def try_oneroster(folder, binary):
    register = OneRoster(folder / "register")
    config = {
        "location": register.url + "/ims/oneroster/rostering/v1p2", "token-url": register.url + "/token", "client-id": OneRoster.CLIENT,
        "client-secret": "credential:secret", "ca-file": str(register.certificate), "allow-addresses": OWN, "rate": "1000/s"}
    installation = Installation(folder / "silta", binary, "oneroster", config, {"secret": OneRoster.SECRET})
    code, said = installation.poll()
    expect("60 rows read, 0 quarantined" in said, "every pupil should be told:", said)
    expect(len(installation.pupils()) == len(register.school.pupils), "every pupil should be there")
    register.control({"advance": 90000, "leave": 2})
    code, said = installation.poll(register.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    ended = [entry for entry in installation.lines("audit", "list") if "enrolment.ended.v1" in str(entry)]
    expect(code == 0 and len(ended) == 2, "who has left should be enrolled no longer:", said)
    # A token that is taken back in the middle is asked for again, once.
    register.control({"advance": 90000, "fault": {"after": 1, "status": 401}})
    code, said = installation.poll(register.now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    expect(code == 0 and "60 rows read" in said, "a new token should be asked for:", said)
    faults(register, installation, after=1)
    register.stop()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("connectors", nargs="*")
    arguments = arguments.parse_args()
    binary = str(pathlib.Path(arguments.binary).resolve())
    for name, attempt in [("ss12000", try_ss12000), ("edfi", try_edfi), ("oneroster", try_oneroster)]:
        if arguments.connectors and name not in arguments.connectors: continue
        with tempfile.TemporaryDirectory(prefix=f"silta-{name}-") as temporary: attempt(pathlib.Path(temporary), binary)
        print(f"{name}: everything came out that should")


if __name__ == "__main__":
    main()
