#!/usr/bin/env python3
"""Reads a register's database with the queries that a source configures, and tells Silta their rows: one JSON message a line.

All queries run in one read-only transaction that sees one moment. Rows are fetched in batches, so that memory does not grow with them.
What a database says of an error may hold values of rows: only its code is told, with words of our own.
"""

import argparse
import datetime
import decimal
import json
import re
import sys

import databases

STREAMS = {
    "enrolments": ["key", "pupil", "oppijanumero", "hetu", "family-name", "given-names", "called", "school-name", "school-oid",
                   "school-code", "group", "grade", "home-municipality", "from", "through", "non-disclosure-from",
                   "non-disclosure-through", "guardian-non-disclosure-from", "guardian-non-disclosure-through"],
    "absences": ["key", "pupil", "date", "start", "minutes", "class", "code"],
    "consents": ["key", "pupil", "giver", "purpose", "recipient", "scope", "given", "from", "through", "withdrawn"],
    "coverage": ["school", "from", "through"],
}
DATES = {"date", "from", "through", "given", "withdrawn", "non-disclosure-from", "non-disclosure-through",
         "guardian-non-disclosure-from", "guardian-non-disclosure-through"}
CLASSES = {"unexplained", "unauthorised", "leave", "health", "explained", "late", "elsewhere", "ignore"}
# What is new is asked for since here where nothing was told before; the earliest that each of the databases can hold, and a little later.
BEGINNING = "1800-01-01 00:00:00"


class Refusal(Exception):
    """What is wrong, in a sentence that somebody can act on and that holds nothing of a row."""


def say(message):
    sys.stdout.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n")


def log(level, text):
    print(f"{level}! {text}", file=sys.stderr, flush=True)


def day(text, name):
    today = datetime.date.today()
    if text == "today": return today
    if found := re.fullmatch(r"today-(\d{1,4})d", text): return today - datetime.timedelta(days=int(found[1]))
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{name} of the configuration should be a day: 2026-08-12, today, or today-30d") from None


def statement(query, name, values):
    """The query as drivers have it, and the values of the parameters in it: {from} becomes one that the server is given apart.

    None where it has no parameters: then drivers take the text as it is."""
    used = {}

    def parameter(found):
        if found[0] in ("{{", "}}"): return found[0][0]
        key = found[1]
        if key not in values:
            raise Refusal(f"queries.{name} has a parameter that is not there; there are {', '.join(sorted(values))}; "
                          "a brace that is no parameter is written twice")
        used[key] = values[key]
        return f"%({key})s"

    pattern = r"\{\{|\}\}|\{([A-Za-z_][\w-]*)\}"
    made = re.sub(pattern, parameter, query.replace("%", "%%"))
    return (made, used) if used else (re.sub(pattern, parameter, query), None)


def fields(names, stream):
    """For each column of the query, the field that it is."""
    known = STREAMS[stream]
    found = [name.replace("_", "-") for name in names]
    for name, field in zip(names, found):
        if field not in known:
            raise Refusal(f"queries.{stream} gives a column \"{name}\", which is no field; there are {', '.join(known)}; "
                          "leave it out, or call it by the field with AS")
    if len(set(found)) < len(found): raise Refusal(f"queries.{stream} gives one field twice")
    return found


def text(value, field):
    """A value as records have it; None where it is empty. Raises ValueError where it cannot be one."""
    if value is None: return None
    if isinstance(value, bool): return "true" if value else "false"
    if isinstance(value, int): return value
    if isinstance(value, (decimal.Decimal, float)):
        return int(value) if value == int(value) else str(value)
    if isinstance(value, datetime.datetime):
        # What day a moment is on depends on where one is: the query knows, nobody else.
        if value.tzinfo is not None: raise ValueError("a moment with a time zone; the query should make a local date or time of it")
        return value.date().isoformat() if field in DATES else value.strftime("%H:%M")
    if isinstance(value, datetime.date): return value.isoformat()
    if isinstance(value, datetime.time): return value.strftime("%H:%M")
    if isinstance(value, datetime.timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, (bytes, bytearray, memoryview)): raise ValueError("bytes; the query should make text of it")
    return str(value).strip() or None


def record(row, names, codes):
    made = {}
    for field, value in zip(names, row):
        written = text(value, field)
        if written is not None: made[field] = written
    if codes is not None and "class" in made:
        code = str(made["class"])
        if code in codes:
            made["class"] = codes[code]
            made.setdefault("code", code)
        elif code in CLASSES:
            raise ValueError("a code that the configuration gives no class")
    return made


def tell(connection, stream, config, values):
    """Tells the rows of a query; returns how many."""
    sql, used = statement(config["queries"][stream], stream, values)
    codes = config.get("codes") if stream == "absences" else None
    names, count = None, 0
    for titles, rows in connection.batches(sql, used):
        if names is None: names = fields(titles, stream)
        for row in rows:
            try:
                made = record(row, names, codes)
            except ValueError as error:
                key = row[names.index("key")] if "key" in names else None
                refused = {"type": "REJECT", "stream": stream, "reason": str(error)}
                if key is not None: refused["key"] = str(key).strip()
                say(refused | {"raw": json.dumps({name: str(value) for name, value in zip(names, row)}, ensure_ascii=False)})
                continue
            if stream == "coverage":
                claim = {"type": "COVERAGE", "from": made.get("from"), "through": made.get("through"), "streams": ["absences"]}
                say(claim | ({"school": made["school"]} if "school" in made else {}))
            else:
                say({"type": "RECORD", "stream": stream, "record": made})
                count += 1
        sys.stdout.flush()
    return count


def read(config, state):
    changes = config.get("tells") == "changes"
    values = dict(config.get("parameters", {}))
    first = day(config["from"], "from") if "from" in config else None
    last = day(config.get("through", "today"), "through")
    if first: values |= {"from": first.isoformat(), "through": last.isoformat()}
    if changes: values["since"] = state.get("since", BEGINNING)
    if not 1 <= config["timeout"] <= 540: raise Refusal("timeout should be from 1 to 540 seconds")

    say({"type": "HELLO", "protocol": "silta/1", "connector": "sql", "version": "1.0"})
    with databases.connect(config) as connection:
        now = connection.now(config.get("look-back", 600)) if changes else None
        streams = [stream for stream in ("enrolments", "absences", "consents") if stream in config["queries"]]
        counts = {}
        for stream in streams:
            connection.doing = f"queries.{stream}"
            counts[stream] = tell(connection, stream, config, values)
            log("I", f"queries.{stream}: {counts[stream]} rows")
        if "coverage" in config["queries"]:
            connection.doing = "queries.coverage"
            tell(connection, "coverage", config, values)
        elif first:
            say({"type": "COVERAGE", "from": first.isoformat(), "through": last.isoformat(), "streams": ["absences"]})
    # All of them are asked for, whatever the days: who is missing there is gone.
    rest = [stream for stream in streams if stream != "absences"]
    today = datetime.date.today().isoformat()
    if rest: say({"type": "COVERAGE", "from": today, "through": today, "streams": rest})
    if changes: say({"type": "STATE", "value": {"since": now}})
    say({"type": "END", "status": "complete", "counts": counts})


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--config", required=True)
    arguments.add_argument("--state", required=True)
    arguments = arguments.parse_args()
    with open(arguments.config, encoding="utf-8") as file: config = json.load(file)
    with open(arguments.state, encoding="utf-8") as file: state = json.load(file)
    try:
        read(config, state)
    except (Refusal, databases.Failure) as problem:
        log("E", problem)
        return 1
    except Exception as error:
        # Whatever it says, it may say of a row.
        log("E", f"reading failed in a way that is not foreseen [{type(error).__name__}]")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
