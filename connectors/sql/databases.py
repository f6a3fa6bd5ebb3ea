"""The three kinds of database servers: how one connects to each, sees one moment of it, and reads a query in batches."""

import importlib
import os
import ssl

BATCH = 2000
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


class Failure(Exception):
    """What the database refused, in words of our own."""


def driver(name, package):
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Failure(f"the Python module {name} is missing; apt-get install {package}") from None


def connect(config):
    return {"postgresql": PostgreSQL, "mariadb": MariaDB, "sqlserver": SQLServer}[config["database"]](config)


class Connection:
    """A connection in a transaction that only reads, for `with`; what the driver raises inside becomes a Failure."""

    module = None
    # What was being done, for the sentence of a failure.
    doing = "connecting"

    def __init__(self, config):
        self.config = config
        self.host = config.get("host", "localhost")
        try:
            self.connection = self.open()
            self.begin()
        except self.module.Error as error:
            raise Failure(self.sentence(error)) from None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        try:
            self.connection.close()
        except self.module.Error:
            pass  # It was only read.
        if kind is not None and issubclass(kind, self.module.Error): raise Failure(self.sentence(error)) from None

    def run(self, sql, *values):
        with self.connection.cursor() as cursor: cursor.execute(sql, *values)

    def now(self, back):
        """The server's own time, less `back` seconds, as its text."""
        with self.connection.cursor() as cursor:
            cursor.execute(self.clock, (back,))
            return str(cursor.fetchone()[0])

    def batches(self, sql, values):
        """The names of the columns and some rows, again and again; at least once."""
        with self.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchmany(BATCH)
            names = [column[0] for column in cursor.description]
            yield names, rows
            while rows:
                rows = cursor.fetchmany(BATCH)
                yield names, rows

    def sentence(self, error):
        code, key = self.code(error)
        words = self.words.get(key) or self.words.get(key[:2]) or "the database refused it"
        return f"{self.doing}: {words}" + (f" [{self.code_name}: {code}]" if code else "")

    @property
    def is_socket(self):
        return self.host.startswith("/")

    @property
    def tls(self):
        return "none" if self.is_socket else self.config["tls"]


class PostgreSQL(Connection):
    code_name = "SQLSTATE"
    clock = "select to_char(localtimestamp - make_interval(secs => %s), 'YYYY-MM-DD HH24:MI:SS.US')"
    words = {
        "08": "the connection could not be made or broke off; host and port should be right, and the server reachable",
        "22": "a value could not be made what the query makes of it",
        "25": "the query writes, or ends the transaction; it should be a single SELECT",
        "28": "user or password are not accepted, or pg_hba.conf does not let them in",
        "3D": "there is no database of that name",
        "40": "the register was changed too much meanwhile; the next poll tries again",
        "42": "the query is not right for this database",
        "42501": "the user may not read what the query reads",
        "42601": "the query is no SQL; it should be a single SELECT",
        "42703": "the query names a column that is not there",
        "42P01": "the query names a table that is not there",
        "tls": "the connection could not be encrypted as tls asks; the server's certificate should be for its host, and known",
        "53": "the server has no room left",
        "57": "the server is shutting down or starting",
        "57014": "the query took longer than timeout allows, or was cancelled",
    }

    def open(self):
        self.module = driver("psycopg2", "python3-psycopg2")
        mode = {"verify": "verify-full", "encrypt": "require", "none": "disable"}[self.tls]
        options = {
            "host": self.host, "port": self.config.get("port", 5432), "dbname": self.config["name"], "user": self.config["user"],
            "password": self.config.get("password"), "connect_timeout": 20, "sslmode": mode, "application_name": "silta",
            "client_encoding": "UTF8", "gssencmode": "disable", "keepalives_idle": 30,
            "sslrootcert": self.config.get("ca-file", SYSTEM_CERTIFICATES) if mode == "verify-full" else None,
            "sslcert": self.config.get("client-certificate"), "sslkey": self.config.get("client-key"),
            # Neither is anything of the service's user to be taken: what counts stands in the configuration.
            "passfile": "/dev/null",
        }
        return self.module.connect(**{name: value for name, value in options.items() if value is not None})

    def begin(self):
        self.connection.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
        self.run("set local statement_timeout = %s", (self.config["timeout"] * 1000,))
        self.run("set local datestyle = 'ISO'")

    def cursor(self):
        # Named, so that the rows stay with the server until they are fetched.
        cursor = self.connection.cursor("silta")
        cursor.itersize = BATCH
        return cursor

    def code(self, error):
        if error.pgcode: return error.pgcode, error.pgcode if error.pgcode in self.words else error.pgcode[:2]
        # Where no connection came about there is no code; the words of its text that say why are known.
        said = str(error)
        for words, key in [("password", "28"), ("pg_hba.conf", "28"), ("role", "28"), ("database \"", "3D")]:
            if words in said: return "", key
        if "certificate" in said or "SSL" in said:
            return "", "tls"
        return "", "08"


class MariaDB(Connection):
    code_name = "error"
    clock = "select date_format(now(6) - interval %s second, '%%Y-%%m-%%d %%H:%%i:%%s.%%f')"
    words = {
        "1044": "the user may not use this database", "1045": "user or password are not accepted",
        "1049": "there is no database of that name", "1054": "the query names a column that is not there",
        "1064": "the query is no SQL; it should be a single SELECT", "1142": "the user may not read what the query reads",
        "1143": "the user may not read what the query reads", "1146": "the query names a table that is not there",
        "1698": "user or password are not accepted", "1792": "the query writes; it should be a single SELECT",
        "1969": "the query took longer than timeout allows", "3024": "the query took longer than timeout allows",
        "tls": "the server does not encrypt, and tls asks for it",
        "20": "the connection could not be made or broke off; host, port and tls should be right, and the server reachable",
    }

    def open(self):
        self.module = driver("pymysql", "python3-pymysql")
        cursors, client = driver("pymysql.cursors", "python3-pymysql"), driver("pymysql.constants.CLIENT", "python3-pymysql")

        class Strict(self.module.connections.Connection):
            """Never goes on unencrypted with a server that says it cannot encrypt."""

            def _request_authentication(self):
                if self.ssl and not self.server_capabilities & client.SSL: raise Failure("connecting: " + MariaDB.words["tls"])
                super()._request_authentication()

        place = {"unix_socket": self.host} if self.is_socket else {"host": self.host, "port": self.config.get("port", 3306)}
        return Strict(
            **place, user=self.config["user"], password=self.config.get("password", ""), database=self.config["name"],
            charset="utf8mb4", connect_timeout=20, read_timeout=self.config["timeout"] + 30, cursorclass=cursors.SSCursor,
            local_infile=False, autocommit=True, ssl=self.context())

    def context(self):
        if self.tls == "none": return None
        context = ssl.create_default_context(cafile=self.config.get("ca-file"))
        if self.tls == "encrypt":
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if "client-certificate" in self.config:
            context.load_cert_chain(self.config["client-certificate"], self.config.get("client-key"))
        return context

    def begin(self):
        try:
            self.run("set session max_statement_time = %s", (self.config["timeout"],))
        except self.module.Error:
            # MySQL has another name for it.
            self.run("set session max_execution_time = %s", (self.config["timeout"] * 1000,))
        self.run("set session transaction isolation level repeatable read")
        self.run("start transaction with consistent snapshot, read only")

    def cursor(self):
        return self.connection.cursor()

    def code(self, error):
        code = str(error.args[0]) if error.args and isinstance(error.args[0], int) else ""
        return code, code


class SQLServer(Connection):
    code_name = "error"
    clock = "select convert(varchar(27), dateadd(second, -%s, sysdatetime()), 121)"
    words = {
        "102": "the query is no SQL; it should be a single SELECT", "207": "the query names a column that is not there",
        "208": "the query names a table that is not there", "229": "the user may not read what the query reads",
        "3952": "the database lets no transaction see one moment; its owner should set ALLOW_SNAPSHOT_ISOLATION ON",
        "4060": "there is no database of that name", "18456": "user or password are not accepted",
        "20003": "the query took longer than timeout allows",
        "20": "the connection could not be made or broke off; host, port and tls should be right, and the server reachable",
    }

    def open(self):
        # FreeTDS, below the driver, hears of encryption in a file only, and reads it when it is loaded.
        file = os.path.join(os.environ.get("TMPDIR", "."), "freetds.conf")
        lines = ["[silta]", f"host = {self.host}", f"port = {self.config.get('port', 1433)}", "tds version = 7.4", "client charset = UTF-8",
                 "encryption = " + ("off" if self.tls == "none" else "require")]
        if self.tls == "verify":
            lines += [f"ca file = {self.config.get('ca-file', SYSTEM_CERTIFICATES)}", "check certificate hostname = yes"]
        with open(file, "w", encoding="utf-8") as target: target.write("\n".join(lines) + "\n")
        os.environ["FREETDSCONF"] = file
        self.module = driver("pymssql", "python3-pymssql")
        return self.module.connect(
            server="silta", user=self.config["user"], password=self.config.get("password", ""), database=self.config["name"],
            timeout=self.config["timeout"], login_timeout=20, charset="UTF-8", appname="silta", autocommit=True, read_only=True)

    def begin(self):
        self.run("set transaction isolation level snapshot")
        self.connection.autocommit(False)

    def cursor(self):
        return self.connection.cursor()

    def code(self, error):
        found = error.args[0] if error.args else ""
        found = found[0] if isinstance(found, tuple) and found else found
        code = str(found) if isinstance(found, int) else ""
        return code, code
