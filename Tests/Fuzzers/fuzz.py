#!/usr/bin/env python3
"""Builds the fuzzers and runs each of them for a while.

    fuzz.py [--seconds 600] [--only csv,json] [--jobs 2] [--keep FOLDER]

What libFuzzer finds on its way is kept under FOLDER (default .build-fuzz/found), so that the next run goes on from there; the small corpus
beside this file is where it begins. Prints how many inputs each fuzzer tried and how far it came, and ends with 1 at the first finding,
whose input it names.
"""
import argparse, concurrent.futures, os, pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
BUILD = ROOT / ".build-fuzz"
LONGEST = 1 << 16  # bytes of an input
HANG = 10  # seconds for one


def fuzz(name, seconds, keep):
    found, faults = keep / name, keep / "faults"
    found.mkdir(parents=True, exist_ok=True)
    faults.mkdir(exist_ok=True)
    done = subprocess.run(
        [BUILD / "release/fuzzers", found, HERE / "Corpus" / name, f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={HANG}",
         "-rss_limit_mb=2048", f"-artifact_prefix={faults}/{name}-", "-print_final_stats=1", "-use_value_profile=1"],
        env=os.environ | {"SILTA_FUZZER": name, "SWIFT_BACKTRACE": "enable=no"}, capture_output=True, text=True, errors="replace")
    tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    came = re.findall(r"cov: (\d+)", done.stderr)
    print(f"{name}: {tried[1] if tried else '?'} inputs, {came[-1] if came else '?'} places reached", flush=True)
    if done.returncode != 0: print("\n".join(done.stderr.splitlines()[-30:]), file=sys.stderr, flush=True)
    return done.returncode == 0


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seconds", type=int, default=600)
    ap.add_argument("--only", default=",".join(sorted(path.name for path in (HERE / "Corpus").iterdir())))
    ap.add_argument("--jobs", type=int, default=os.cpu_count())
    ap.add_argument("--keep", type=pathlib.Path, default=BUILD / "found")
    a = ap.parse_args()
    a.keep.mkdir(parents=True, exist_ok=True)
    subprocess.run(["swift", "build", "--configuration", "release", "--scratch-path", BUILD, "--product", "fuzzers", "--sanitize", "fuzzer"],
                   cwd=ROOT, env=os.environ | {"SILTA_FUZZERS": "1", "SILTA_TESTABLE": "1"}, check=True)
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        results = list(pool.map(lambda name: fuzz(name, a.seconds, a.keep), a.only.split(",")))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
