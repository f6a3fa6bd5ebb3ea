"""A small Singer tap, as taps are: it knows nothing of Silta."""

import json
import sys

ROWS = [
    {"id": 7001, "student": {"number": "100001"}, "day": "2026-09-14", "starts": "08:15:00", "length": 45, "kind": "A", "note": "vapaa"},
    {"id": 7002, "student": {"number": "100001"}, "day": "2026-09-14", "starts": None, "length": 90, "kind": "S", "note": None},
    {"id": 7003, "student": {"number": "100002"}, "day": "2026-09-15", "starts": None, "length": 45, "kind": "?", "note": None},
]


def say(message):
    print(json.dumps(message))


arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
with open(arguments["--config"], encoding="utf-8") as file: config = json.load(file)
properties = {name: {} for name in ROWS[0]}
say({"type": "SCHEMA", "stream": "attendance", "schema": {"type": "object", "properties": properties}, "key_properties": ["id"]})
say({"type": "SCHEMA", "stream": "teachers", "schema": {"type": "object", "properties": {"id": {}}}, "key_properties": ["id"]})
say({"type": "RECORD", "stream": "teachers", "record": {"id": 1}})
for row in ROWS:
    if row["day"] >= config["start_date"] and config["page_size"] == 100 and config["verify"] is True:
        say({"type": "RECORD", "stream": "attendance", "record": row, "time_extracted": "2026-10-05T09:00:00Z"})
say({"type": "STATE", "value": {"bookmarks": {"attendance": {"day": "2026-09-15"}}}})
