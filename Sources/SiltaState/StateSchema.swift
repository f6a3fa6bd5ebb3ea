import GRDB

enum StateSchema {
    static let version = 3
    /// "SLTS", so that no other database is taken for a state.
    static let applicationID = 0x534C_5453

    static func create(_ database: Database) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == 0 else { return }
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 else { return }
        try database.execute(
            sql: """
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);

                CREATE TABLE reached (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root TEXT NOT NULL) STRICT;
                INSERT INTO reached VALUES (1, 0, '');

                CREATE TABLE provider (one INTEGER PRIMARY KEY CHECK (one = 1), json BLOB NOT NULL) STRICT;

                -- id: 16 bytes. row: see PupilFormat.
                CREATE TABLE pupil (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, row BLOB NOT NULL) STRICT;

                -- Every name by which a pupil is known: source/…/…, oppijanumero/…, hetu/….
                CREATE TABLE alias (name TEXT PRIMARY KEY, pupil BLOB NOT NULL) STRICT, WITHOUT ROWID;

                -- Minutes of groups, by the source that told them and its key.
                CREATE TABLE timetable (
                    source TEXT NOT NULL, key TEXT NOT NULL, json BLOB NOT NULL, PRIMARY KEY (source, key)
                ) STRICT, WITHOUT ROWID;

                -- Who was merged into whom (is_apart 0), and who was split from whom again (1, each pair once, the lesser id first).
                CREATE TABLE merged (
                    pupil BLOB NOT NULL, other BLOB NOT NULL, is_apart INTEGER NOT NULL, PRIMARY KEY (pupil, other, is_apart)
                ) STRICT, WITHOUT ROWID;

                -- recipient: where it leads as far as is known.
                -- due: from when its next message may be tried, in milliseconds; null where nothing is to be sent.
                -- overdue: from when it is given up where it has not gone, in milliseconds; null where it does not wait to go.
                CREATE TABLE notice (
                    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, pupil BLOB NOT NULL, state TEXT NOT NULL, recipient TEXT,
                    due INTEGER, overdue INTEGER, json BLOB NOT NULL
                ) STRICT;
                CREATE INDEX notice_of_pupil ON notice (pupil, id);
                CREATE INDEX notice_in_state ON notice (state, id);
                CREATE INDEX notice_due ON notice (recipient, due, id) WHERE due IS NOT NULL;
                CREATE INDEX notice_overdue ON notice (overdue) WHERE overdue IS NOT NULL;

                -- What follows is for doing less, and is no part of the digest: without it, everything is done again.

                -- The last completed poll of each source, with all its claims. is_undisturbed: nothing since has changed what the
                -- next poll is compared with. claims: of the poll that completes next.
                CREATE TABLE poll (
                    source TEXT PRIMARY KEY, completed BLOB, claims BLOB, is_undisturbed INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;

                -- Whose facts or notices have changed since they were assessed.
                CREATE TABLE unassessed (pupil BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

                -- What everyone else was assessed under.
                CREATE TABLE assessed (one INTEGER PRIMARY KEY CHECK (one = 1), circumstances TEXT NOT NULL) STRICT;
                """)
    }

    static let tables = ["provider", "pupil", "alias", "timetable", "merged", "notice", "poll", "unassessed", "assessed"]

    static func check(_ database: Database) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID,
            try Int.fetchOne(database, sql: "PRAGMA user_version") == version
        else {
            throw StateFailure(.unreadable, "state.db is not a state of this version of Silta; `silta rebuild` makes it again")
        }
    }
}
