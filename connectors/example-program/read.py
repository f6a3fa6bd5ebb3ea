#!/usr/bin/env python3
"""Reads an invented register's JSON files and tells Silta what is in them: one JSON message a line on standard output."""

import argparse
import json
import os
import sys

STREAMS = {"enrolments": "students.json", "absences": "absences.json", "consents": "consents.json"}


def say(message):
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")


def log(level, text):
    """E means that the poll cannot be right, W that somebody should look, I and D are for the curious. Never anything of a pupil."""
    print(level + "! " + text, file=sys.stderr, flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--config", required=True)
    arguments.add_argument("--state", required=True)
    arguments = arguments.parse_args()
    with open(arguments.config, encoding="utf-8") as file:
        config = json.load(file)

    say({"type": "HELLO", "protocol": "silta/1", "connector": "example-program", "version": "1.0"})
    counts = {}
    for stream, name in STREAMS.items():
        path = os.path.join(config["location"], name)
        log("I", "reading " + name)
        try:
            with open(path, encoding="utf-8") as file:
                rows = json.load(file)
        except (OSError, ValueError) as error:
            # What is not there or cannot be read must not look like what is empty.
            log("E", f"{name} cannot be read: {type(error).__name__}")
            say({"type": "END", "status": "incomplete"})
            return 1
        counts[stream] = 0
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                say({"type": "REJECT", "stream": stream, "reason": "the row is no object", "raw": json.dumps(row)})
                continue
            # The teacher's comment may hold anything; the manifest drops it, and it is better not told at all.
            row.pop("comment", None)
            say({"type": "RECORD", "stream": stream, "record": row})
            counts[stream] += 1
            if number % 10_000 == 9_999:
                say({"type": "PROGRESS", "done": number + 1, "total": len(rows), "message": stream})

    with open(os.path.join(config["location"], "covered.json"), encoding="utf-8") as file:
        for claim in json.load(file):
            say({"type": "COVERAGE", "school": claim["school"], "from": claim["from"], "through": claim["to"], "streams": ["absences"]})
            # All pupils and all consents are in the files, whatever the school: who is missing there is gone.
            say({"type": "COVERAGE", "from": claim["from"], "through": claim["to"], "streams": ["enrolments", "consents"]})
    say({"type": "END", "status": "complete", "counts": counts})
    return 0


if __name__ == "__main__":
    sys.exit(main())
