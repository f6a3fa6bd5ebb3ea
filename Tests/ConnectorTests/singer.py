#!/usr/bin/env python3
"""Tries connectors/singer with real Singer taps from PyPI, unchanged, against a real PostgreSQL and a file.

    singer.py --binary .build/release/silta --taps FOLDER

FOLDER holds a virtual environment a tap, which are made where they are missing. To be run by hand, since it asks PyPI.
"""

import argparse
import json
import os
import pathlib
import pwd
import subprocess
import sys
import tempfile

import sql
from installation import Installation, expect

VIEWS = """
create view pois as select id::text as id, kortti::text as oppilas, to_char(hetki, 'YYYY-MM-DD') as pv, minuutit::int as minuutit, tyyppi,
  lisatieto, hetki from merkinta;
create view oppilaat as select concat(kortti, '/', alku) as id, kortti::text as oppilas, sukunimi, etunimet, koulu, oid, luokka,
  vuosiluokka, to_char(alku, 'YYYY-MM-DD') as alku from oppilas;
grant select on pois, oppilaat to silta
"""
STREAMS = {
    "enrolment": {"stream": "public-oppilaat", "drop": [], "fields": {
        "key": "id", "pupil": "oppilas", "family-name": "sukunimi", "given-names": "etunimet", "school-name": "koulu", "school-oid": "oid",
        "group": "luokka", "grade": "vuosiluokka", "from": "alku"}},
    "absence": {"stream": "public-pois", "drop": ["lisatieto"], "fields": {
        "key": "id", "pupil": "oppilas", "date": "pv", "minutes": "minuutit", "class": {"column": "tyyppi", "values-from": "codes"}}},
}
CODES = {"01": "unexplained", "21": "unauthorised", "111": "health", "02": "late"}


def tap(folder, package, command):
    """The tap's command, in a virtual environment of its own."""
    path = folder / package
    if not (path / "bin" / command).exists():
        subprocess.run([sys.executable, "-m", "venv", path], check=True)
        subprocess.run([path / "bin/pip", "install", "--quiet", package], check=True)
    return str(path / "bin" / command)


def select(command, settings, folder, names, method="FULL_TABLE", key=None):
    """What the tap discovers, with these streams selected, as its documents say that one does it."""
    (folder / "settings.json").write_text(json.dumps(settings))
    done = subprocess.run([command, "--config", folder / "settings.json", "--discover"], capture_output=True, text=True, check=True)
    catalog = json.loads(done.stdout)
    for stream in catalog["streams"]:
        whole = next(entry for entry in stream["metadata"] if entry["breadcrumb"] == [])
        whole["metadata"] |= {"selected": stream["tap_stream_id"] in names, "replication-method": method}
        stream["replication_method"] = method
        # A view has no key of its own.
        if whole["metadata"].get("is-view"): whole["metadata"]["view-key-properties"] = ["id"]
        if key: whole["metadata"]["replication-key"] = stream["replication_key"] = key
    (folder / "catalog.json").write_text(json.dumps(catalog))


def try_postgres(server, folder, binary, command, database):
    folder.mkdir()
    settings = {"host": "127.0.0.1", "port": server.port, "user": "silta", database: "koulu"}
    settings["filter_schemas"] = ["public"] if database == "database" else "public"
    select(command, settings | {"password": sql.USER_PASSWORD}, folder, ["public-pois", "public-oppilaat"])
    config = {"tap": [command], "settings": settings | {"password": "credential:register"}, "catalog": str(folder / "catalog.json"),
              "coverage": {"from": "2026-08-12", "through": "today"}, "codes": CODES, "streams": STREAMS}
    installation = Installation(folder / "silta", binary, "singer", config, {"register": sql.USER_PASSWORD})
    code, said = installation.poll()
    expect("4200 rows read, 0 quarantined; marks: 4000 new" in said, f"{command} should tell all:", said)
    code, said = installation.poll("2026-10-05T12:20:00Z")
    expect("marks:" not in said or "marks: 0 new" in said, f"{command} should tell the same again:", said)
    server.sql("delete from merkinta where id <= 3; update merkinta set tyyppi = '111' where id = 4", "koulu")
    code, said = installation.poll("2026-10-05T12:40:00Z")
    expect("1 reclassified, 0 retimed, 3 withdrawn" in said, f"{command} should tell what has changed:", said)
    installation.secret("register", "wrong")
    code, said = installation.poll("2026-10-05T13:00:00Z")
    expect(code == 3 and "the poll failed" in said, f"{command} without a password should fail:", said)
    for word in ("wrong", sql.USER_PASSWORD): expect(word not in said.replace("wrong password", ""), "a secret was told:", said)


def try_bookmarks(server, folder, binary, command):
    """A tap that goes on from its bookmarks: what was told once is not told again, and is not withdrawn."""
    folder.mkdir()
    settings = {"host": "127.0.0.1", "port": server.port, "user": "silta", "database": "koulu", "filter_schemas": ["public"]}
    select(command, settings | {"password": sql.USER_PASSWORD}, folder, ["public-merkinta"], "INCREMENTAL", "hetki")
    fields = {"key": "id", "pupil": "kortti", "date": {"column": "hetki", "date": "date-time"}, "minutes": "minuutit",
              "class": {"column": "tyyppi", "values-from": "codes"}}
    config = {"tap": [command], "settings": settings | {"password": "credential:register"}, "catalog": str(folder / "catalog.json"),
              "tells": "changes", "coverage": {"from": "2026-08-12", "through": "today"}, "codes": CODES,
              "streams": {"absence": {"stream": "public-merkinta", "drop": ["lisatieto"], "fields": fields}}}
    installation = Installation(folder / "silta", binary, "singer", config, {"register": sql.USER_PASSWORD})
    _, first = installation.poll()
    _, second = installation.poll("2026-10-05T12:20:00Z")
    print(first.splitlines()[0], second.splitlines()[0], sep="\n")


def try_file(server, folder, binary, command):
    """A tap that reads a file, beside the pupils that another source told."""
    folder.mkdir()
    with open(folder / "marks.jsonl", "w", encoding="utf-8") as file:
        for number in range(500):
            row = {"id": number, "oppilas": "100001", "pv": "2026-09-01", "minuutit": 45, "tyyppi": "01", "lisatieto": "vapaa"}
            file.write(json.dumps(row) + "\n")
    settings = {"path": str(folder / "marks.jsonl"), "stream_name": "public-pois", "primary_keys": ["id"]}
    select(command, settings, folder, ["public-pois"])
    config = {"tap": [command], "settings": settings, "catalog": str(folder / "catalog.json"), "codes": CODES,
              "coverage": {"from": "2026-08-12", "through": "today"}, "streams": {"absence": STREAMS["absence"]}}
    installation = Installation(folder / "silta", binary, "singer", config)
    code, said = installation.poll()
    # The pupil is nobody's that is known here, so each mark waits for one.
    expect("500 rows read, 500 quarantined" in said or "marks: 500 new" in said, f"{command} should tell all:", said)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--taps", required=True)
    arguments = arguments.parse_args()
    binary, taps = str(pathlib.Path(arguments.binary).resolve()), pathlib.Path(arguments.taps).resolve()
    with tempfile.TemporaryDirectory(prefix="silta-singer-") as temporary:
        temporary = pathlib.Path(temporary)
        temporary.chmod(0o755)
        folder = temporary / "server"
        folder.mkdir()
        if sql.user(): os.chown(folder, pwd.getpwnam(sql.user()).pw_uid, -1)
        server = sql.PostgreSQL(folder)
        try:
            server.sql(VIEWS, "koulu")
            for package, database in [("meltanolabs-tap-postgres", "database"), ("pipelinewise-tap-postgres", "dbname")]:
                server.sql("delete from merkinta; delete from oppilas", "koulu")
                server.fill(4000)
                try_postgres(server, temporary / package, binary, tap(taps, package, "tap-postgres"), database)
                print(f"{package}: everything came out that should")
            try_bookmarks(server, temporary / "bookmarks", binary, tap(taps, "meltanolabs-tap-postgres", "tap-postgres"))
            try_file(server, temporary / "file", binary, tap(taps, "tap-jsonl", "tap-jsonl"))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
