/// The tables of `keys.db`. Nothing personal stands in it in the clear.
enum KeySchema {
    /// What is deleted is overwritten in the file.
    static let format = FileFormat(
        name: "key store", applicationID: 0x5369_4B79, version: 2,
        schema: [masters, keys, keysByID, keysByPupil, erased, quarantine, polls, dropped], additions: [1: [dropped]],
        settings: "PRAGMA secure_delete = ON;")

    /// The master keys that keys are wrapped with, so far one. `proof` tells whether the one that was given is it.
    private static let masters = """
        CREATE TABLE masters (
            generation INTEGER PRIMARY KEY,
            proof BLOB NOT NULL CHECK (length(proof) = 32)
        ) STRICT
        """

    /// `born`: the size of the log when the key was made; null once the append that uses it is known to have come to be.
    /// `wrapped`: nonce, ciphertext and tag of 32 bytes.
    private static let keys = """
        CREATE TABLE keys (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            pupil TEXT NOT NULL,
            born INTEGER CHECK (born >= 0),
            master INTEGER NOT NULL REFERENCES masters,
            wrapped BLOB NOT NULL CHECK (length(wrapped) = 60)
        ) STRICT
        """

    private static let keysByID = "CREATE UNIQUE INDEX keys_by_id ON keys (id)"
    private static let keysByPupil = "CREATE INDEX keys_by_pupil ON keys (pupil)"

    /// Keyed digests of the identities of erased pupils.
    private static let erased = """
        CREATE TABLE erased (
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32)
        ) STRICT, WITHOUT ROWID
        """

    /// `fields`: sealed; no bytes once they are destroyed. `polled`: the size of the log at which the last poll that had the row was decided; `born`: the first one's.
    private static let quarantine = """
        CREATE TABLE quarantine (
            id TEXT PRIMARY KEY,
            source TEXT NOT NULL,
            kind TEXT NOT NULL,
            file TEXT NOT NULL,
            line INTEGER NOT NULL,
            reason TEXT NOT NULL,
            keyed INTEGER NOT NULL CHECK (keyed IN (0, 1)),
            fields BLOB NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            born INTEGER NOT NULL CHECK (born >= 0),
            polled INTEGER NOT NULL CHECK (polled >= 0)
        ) STRICT, WITHOUT ROWID
        """

    /// Rows of `quarantine` that a person has dropped. `why`: sealed as the row was; nothing where no reason was given.
    private static let dropped = """
        CREATE TABLE dropped (
            id TEXT PRIMARY KEY,
            at INTEGER NOT NULL,
            why BLOB
        ) STRICT, WITHOUT ROWID
        """

    /// Polls whose rows were written, and of which the rows that are gone were not removed yet.
    private static let polls = """
        CREATE TABLE polls (
            source TEXT NOT NULL,
            kind TEXT NOT NULL,
            decided INTEGER NOT NULL CHECK (decided >= 0),
            PRIMARY KEY (source, kind)
        ) STRICT, WITHOUT ROWID
        """
}
