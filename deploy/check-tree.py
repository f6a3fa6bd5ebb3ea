#!/usr/bin/env python3
"""Checks that no file of the tree names a path of somebody's machine, a personal identity code that could be somebody's, a private key,
or work that is left over.

    check-tree.py

Prints each place and ends with 1 if there is any. Standard library only.
"""
import datetime as dt, os, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# The example that the authorities print everywhere; it belongs to nobody.
PUBLIC_EXAMPLE = "131052", "308"
# Built by the package manager or by the demo, where git is not there to say so.
BUILT = {".git", ".build", ".swiftpm", ".demo"}

# Folders of people and of build machines; a system's own, such as /etc/silta or /srv, are in documents with good reason.
MACHINE_PATH = re.compile(r"(?<![\w.~*])/(?:home|Users|root|work|workspace|builds)/[\w.-]+")
IDENTITY_CODE = re.compile(r"(?<![0-9A-Za-z])([0-3]\d[01]\d{3})[-+A-FYXWVU](\d{3})([0-9A-Y])(?![0-9A-Za-z])")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
LEFT_OVER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


def files():
    listing = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True)
    if listing.returncode == 0: return sorted(ROOT / os.fsdecode(name) for name in listing.stdout.split(b"\0") if name)
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and not BUILT & set(path.relative_to(ROOT).parts))


def could_be_somebodys(birth, number, check):
    """A day that exists, the right check digit, and not of the 900-series, which is never issued."""
    try:
        dt.date(2000, int(birth[2:4]), int(birth[:2]))
    except ValueError:
        return False
    return number < "900" and (birth, number) != PUBLIC_EXAMPLE and CHECK[int(birth + number) % 31] == check


def problems(text):
    if found := MACHINE_PATH.search(text): yield f"names a path of a machine, {found[0]}"
    if any(could_be_somebodys(*code) for code in IDENTITY_CODE.findall(text)):
        yield "holds a personal identity code that is not of the 900-series"
    if PRIVATE_KEY.search(text): yield "holds a private key"
    if LEFT_OVER.search(text): yield "speaks of work that is left over"


def main():
    found = 0
    for path in files():
        if not path.is_file(): continue
        for number, line in enumerate(path.read_bytes().decode(errors="replace").splitlines(), 1):
            for problem in problems(line):
                print(f"{path.relative_to(ROOT)}:{number}: {problem}", file=sys.stderr)
                found += 1
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
