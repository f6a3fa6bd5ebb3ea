#!/usr/bin/env python3
"""Tries connectors/sql against real servers that it starts itself: PostgreSQL, and with --mariadb MariaDB, both from Debian's packages.

    sql.py --binary .build/release/silta [--mariadb] [--rows 20000]

Ends with 0 where everything came out that should.
"""

import argparse
import glob
import json
import os
import pathlib
import pwd
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from installation import ROOT, Installation, expect

USER_PASSWORD = "luku sana & 100 %"

# For the program's data, in bytes.
MEMORY = 40 << 20

TABLES = """
create table oppilas (kortti int primary key, sukunimi varchar(80), etunimet varchar(80), koulu varchar(80), oid varchar(80),
  luokka varchar(10), vuosiluokka int, alku date, loppu date, turva date);
create table merkinta (id bigint primary key, kortti int, hetki timestamp null, minuutit numeric(5,1), tyyppi varchar(10),
  lisatieto varchar(80));
"""

QUERIES = {
    "enrolments": "select concat(kortti, '/', alku) as {q}key{q}, kortti as pupil, sukunimi as family_name, etunimet as given_names, "
                  "koulu as school_name, oid as school_oid, luokka as {q}group{q}, vuosiluokka as grade, alku as {q}from{q}, "
                  "loppu as through, turva as non_disclosure_from from oppilas",
    "absences": "select id as {q}key{q}, kortti as pupil, hetki as date, cast(hetki as time) as start, minuutit as minutes, "
                "tyyppi as class from merkinta where hetki >= {from} and lisatieto not like '100 %'",
}


def user():
    """Whom the servers run as: they refuse root."""
    return "postgres" if os.getuid() == 0 else None


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, user=options.pop("user", user()), **options)
    expect(done.returncode == 0, "a command failed:", command[0], done.stdout, done.stderr)
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder):
    """Of an authority of its own, for localhost."""
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", f"{folder}/server.key", "-out", f"{folder}/server.crt"])
    os.chmod(f"{folder}/server.key", 0o600)


class PostgreSQL:
    name, quote = "postgresql", '"'

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        (folder / "password").write_text("sala-sana")
        run([f"{self.programs}/initdb", "-D", f"{folder}/data", "-A", "scram-sha-256", f"--pwfile={folder}/password", "-E", "UTF8"])
        certificate(folder / "data")
        options = f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c ssl=on -c fsync=off"
        run([f"{self.programs}/pg_ctl", "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start"])
        shutil.copy(folder / "data/server.crt", folder / "authority.pem")
        self.sql("create database koulu")
        self.sql(TABLES + f"create role silta login password '{USER_PASSWORD}'; grant select on all tables in schema public to silta", "koulu")

    def sql(self, text, database="postgres"):
        return run([f"{self.programs}/psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", str(self.port), "-U", "postgres", "-d",
                    database, "-c", text], env={"PGPASSWORD": "sala-sana", "PATH": "/usr/bin:/bin"})

    def fill(self, count):
        self.sql(f"""insert into oppilas select 100000+i, 'Suku'||i, 'Etu'||i, 'Koulu A', '1.2.246.562.10.70000000100', '7B', 7, '2026-08-12',
            null, case when i = 3 then date '2026-01-01' end from generate_series(1, 200) i;
            insert into merkinta select i, 100001 + i % 200, timestamp '2026-08-13 08:15' + (i / 200 % 50) * interval '1 day', 45,
            (array['01', '21', '111', '02'])[1 + i % 4], 'vapaa' from generate_series(1, {count}) i""", "koulu")

    def stop(self):
        run([f"{self.programs}/pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop"])


class MariaDB:
    name, quote = "mariadb", "`"

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        run(["mariadb-install-db", "--no-defaults", f"--datadir={folder}/data", "--auth-root-authentication-method=normal"])
        certificate(folder)
        self.server = subprocess.Popen(
            ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={folder}/data", f"--socket={folder}/socket", "--bind-address=127.0.0.1",
             f"--port={self.port}", f"--pid-file={folder}/pid", f"--ssl-cert={folder}/server.crt", f"--ssl-key={folder}/server.key"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user())
        shutil.copy(folder / "server.crt", folder / "authority.pem")
        for _ in range(300):
            if os.path.exists(f"{folder}/socket"): break
            time.sleep(0.1)
        self.sql("create database koulu character set utf8mb4")
        self.sql(TABLES + f"create user silta@localhost identified by '{USER_PASSWORD}'; grant select on koulu.* to silta@localhost", "koulu")

    def sql(self, text, database="mysql"):
        return run(["mariadb", "--no-defaults", f"--socket={self.folder}/socket", "-u", "root", database, "-e", text])

    def fill(self, count):
        self.sql(f"""insert into oppilas select 100000+seq, concat('Suku', seq), concat('Etu', seq), 'Koulu A', '1.2.246.562.10.70000000100',
            '7B', 7, '2026-08-12', null, if(seq = 3, '2026-01-01', null) from seq_1_to_200;
            insert into merkinta select seq, 100001 + seq % 200, timestamp '2026-08-13 08:15' + interval (seq div 200 % 50) day, 45,
            elt(1 + seq % 4, '01', '21', '111', '02'), 'vapaa' from seq_1_to_{count}""", "koulu")

    def stop(self):
        self.server.terminate()
        self.server.wait(30)


def config(server, **changes):
    queries = {name: text.replace("{q}", server.quote) for name, text in QUERIES.items()}
    return {
        "database": server.name, "host": "localhost", "port": server.port, "name": "koulu", "user": "silta",
        "password": "credential:register", "ca-file": str(server.folder / "authority.pem"), "from": "2026-08-12", "queries": queries,
        "codes": {"01": "unexplained", "21": "unauthorised", "111": "health", "02": "late"},
    } | changes


def start(folder, configuration, state, **options):
    (folder / "config.json").write_text(json.dumps(configuration))
    (folder / "state.json").write_text(json.dumps(state))
    return subprocess.Popen(
        ["/usr/bin/python3", "-B", ROOT / "connectors/sql/read.py", "--config", folder / "config.json", "--state", folder / "state.json"],
        text=True, env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), "TZ": "Europe/Helsinki"}, **options)


def direct(folder, configuration, state=None):
    """Runs the program as Silta does; its messages, what it said beside them, and how it ended."""
    program = start(folder, configuration, state or {}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, said = program.communicate(timeout=120)
    return [json.loads(line) for line in out.splitlines()], said, program.returncode


def try_polls(server, folder, binary, rows):
    server.fill(rows)
    installation = Installation(folder / "silta", binary, "sql", config(server), {"register": USER_PASSWORD})
    code, said = installation.poll()
    expect(f"marks: {rows} new" in said and f"{rows + 200} rows read, 0 quarantined" in said, "the first poll should take all:", said)
    code, said = installation.poll("2026-10-05T12:20:00Z")
    expect("marks:" not in said or "marks: 0 new" in said, "nothing has changed:", said)
    server.sql("delete from merkinta where id <= 3; update merkinta set tyyppi = '111' where id = 4; "
               "update merkinta set tyyppi = 'X9' where id = 5", "koulu")
    code, said = installation.poll("2026-10-05T12:40:00Z")
    expect("1 quarantined; marks: 0 new, 1 reclassified, 0 retimed, 3 withdrawn" in said, "deletes and changes should be seen:", said)
    server.sql("delete from merkinta", "koulu")
    code, said = installation.poll("2026-10-05T13:00:00Z")
    expect(code == 3 and "held" in said, "an emptied table should be held:", said)


def try_failures(server, folder):
    whole = config(server, password=USER_PASSWORD, timeout=300, tls="verify")
    secret = "Salainen Suku 010101"
    server.sql(f"insert into merkinta values (1, 100001, '2026-09-01 08:15', 45, '{secret[-4:]}', '{secret}')", "koulu")
    cases = [
        ({"password": "wrong"}, "user or password are not accepted"),
        ({"name": "toinen"}, "database"),
        ({"port": free_port()}, "the connection could not be made"),
        ({"ca-file": "/etc/ssl/certs/ca-certificates.crt"}, "connecting:"),
        ({"host": "127.0.0.1"}, "connecting:"),
        ({"queries": {"absences": "select id from merkkinta"}}, "a table that is not there"),
        ({"queries": {"absences": "select idd from merkinta"}}, "a column that is not there"),
        ({"queries": {"absences": "selekt 1"}}, "is no SQL"),
        ({"queries": {"absences": "select lisatieto as pupil, id as nimi from merkinta"}}, "which is no field"),
        ({"queries": {"absences": "select id as pupil from merkinta where id > {sinc}"}}, "has a parameter that is not there"),
        ({"timeout": 0}, "timeout should be"),
    ]
    if server.name == "postgresql":
        cases += [({"queries": {"absences": "select cast(lisatieto as int) as pupil from merkinta"}}, "a value could not be made"),
                  ({"queries": {"absences": "delete from merkinta returning id"}}, "a single SELECT"),
                  ({"timeout": 1, "queries": {"absences": "select pg_sleep(30)::text as pupil"}}, "longer than timeout allows")]
    else:
        cases += [({"timeout": 1, "queries": {"absences": "select sleep(30) as pupil"}}, "")]
    for change, sentence in cases:
        messages, said, code = direct(folder, whole | change)
        ended = any(message["type"] == "END" for message in messages)
        if change.get("timeout") == 1 and server.name == "mariadb": continue  # It lets a sleep end early and tells a row.
        expect(code == 1 and said.startswith("E! ") and sentence in said and not ended, f"{change} should fail with {sentence}:", said)
        for word in secret.split() + [USER_PASSWORD]: expect(word not in said, f"{change}: this says too much:", said)
    for change in ({"tls": "encrypt", "host": "127.0.0.1"}, {"tls": "none"}):
        messages, said, code = direct(folder, whole | change)
        expect(code == 0 and messages[-1]["type"] == "END", f"{change} should read:", said)


def try_one_moment(server, folder):
    """What is written while the queries run is in none of them."""
    server.sql("delete from merkinta; delete from oppilas", "koulu")
    server.fill(1000)
    pause = "pg_sleep" if server.name == "postgresql" else "sleep"
    slow = config(server, password=USER_PASSWORD, timeout=300, tls="verify")
    slow["queries"]["enrolments"] += f", (select {pause}(2) as slept) pause where pause.slept is not null"
    program = start(folder, slow, {}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1)
    server.sql("delete from merkinta where id <= 500", "koulu")
    out, said = program.communicate(timeout=60)
    last = json.loads(out.splitlines()[-1])
    expect(last["counts"] == {"enrolments": 200, "absences": 1000}, "the queries should see one moment:", last, said)


def try_changes(server, folder):
    query = "select id as {q}key{q}, kortti as pupil, hetki as date, minuutit as minutes, tyyppi as class from merkinta " \
            "where {since} <= '2999-01-01'".replace("{q}", server.quote)
    changes = config(server, password=USER_PASSWORD, timeout=300, tls="verify", tells="changes", queries={"absences": query})
    changes["look-back"] = 600
    first, said, code = direct(folder, changes)
    states = [message["value"] for message in first if message["type"] == "STATE"]
    expect(code == 0 and len(states) == 1 and states[0]["since"][:2] == "20", "the state should be a time:", states, said)
    _, said, code = direct(folder, changes, states[0])
    expect(code == 0, "a run should go on from its state:", said)


def try_memory(server, folder, rows):
    """More rows than would fit, were they fetched at once."""
    server.sql("delete from merkinta; delete from oppilas", "koulu")
    server.fill(rows)

    def limit():
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))

    whole = config(server, password=USER_PASSWORD, timeout=300, tls="verify")
    with open(folder / "out", "w+", encoding="utf-8") as out:
        program = start(folder, whole, {}, stdout=out, stderr=subprocess.PIPE, preexec_fn=limit)
        _, said = program.communicate(timeout=300)
        out.seek(0)
        *_, last = out
    expect(program.returncode == 0 and json.loads(last)["counts"]["absences"] == rows, "all rows should be told:", said)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", required=True)
    arguments.add_argument("--mariadb", action="store_true", help="MariaDB, too")
    arguments.add_argument("--rows", type=int, default=20_000)
    arguments = arguments.parse_args()
    binary = str(pathlib.Path(arguments.binary).resolve())
    for kind in [PostgreSQL] + ([MariaDB] if arguments.mariadb else []):
        with tempfile.TemporaryDirectory(prefix="silta-sql-") as temporary:
            temporary = pathlib.Path(temporary)
            temporary.chmod(0o755)
            folder = temporary / "server"
            folder.mkdir()
            if user(): os.chown(folder, pwd.getpwnam(user()).pw_uid, -1)
            server = kind(folder)
            try:
                try_polls(server, temporary, binary, arguments.rows)
                try_failures(server, temporary)
                try_one_moment(server, temporary)
                try_changes(server, temporary)
                try_memory(server, temporary, 10 * arguments.rows)
            finally:
                server.stop()
        print(f"{kind.name}: everything came out that should")


if __name__ == "__main__":
    main()
