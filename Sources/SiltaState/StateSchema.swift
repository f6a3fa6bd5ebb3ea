import GRDB

enum StateSchema {
    static let version = 1
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

                CREATE TABLE pupil (id TEXT PRIMARY KEY, json BLOB NOT NULL) STRICT, WITHOUT ROWID;

                -- Every name by which a pupil is known: source/…/…, oppijanumero/…, hetu/….
                CREATE TABLE alias (name TEXT PRIMARY KEY, pupil TEXT NOT NULL) STRICT, WITHOUT ROWID;

                -- recipient: where it leads as far as is known; due: from when its next message may be tried, in milliseconds, null
                -- where nothing is to be sent.
                CREATE TABLE notice (
                    id TEXT PRIMARY KEY, pupil TEXT NOT NULL, state TEXT NOT NULL, recipient TEXT, due INTEGER, json BLOB NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX notice_of_pupil ON notice (pupil);
                CREATE INDEX notice_due ON notice (recipient, due, id) WHERE due IS NOT NULL;
                CREATE INDEX notice_sending ON notice (id) WHERE state = 'sending';
                """)
    }

    static func check(_ database: Database) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID,
            try Int.fetchOne(database, sql: "PRAGMA user_version") == version
        else {
            throw StateFailure(.unreadable, "state.db is not a state of this version of Silta; `silta rebuild` makes it again")
        }
    }
}
