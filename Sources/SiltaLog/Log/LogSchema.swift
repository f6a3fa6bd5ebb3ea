/// The tables of `log.db`, and the guards that make it append-only for any program that opens it.
///
/// `INSERT OR REPLACE` removes the row in its way without asking the triggers on `DELETE`; that is why a row is refused before it is
/// inserted unless it is exactly the next one.
enum LogSchema {
    static let format = FileFormat(
        name: "log", applicationID: 0x5369_4C67, version: 1,
        schema: [
            entries, entriesByStream, entriesInOrder, unchangeable("entries", "UPDATE"), unchangeable("entries", "DELETE"),
            tree, treeInOrder, unchangeable("tree", "UPDATE"), unchangeable("tree", "DELETE"),
            checkpoints, checkpointsInOrder, unchangeable("checkpoints", "UPDATE"), unchangeable("checkpoints", "DELETE"),
        ],
        settings: "")

    /// `hash` is the leaf of the Merkle tree. The other columns repeat what the line says; a check holds them to it. It compares
    /// text, since SQLite 3.40 lets no JSON function stand in a schema that is not trusted.
    private static let entries = #"""
        CREATE TABLE entries (
            position INTEGER PRIMARY KEY,
            stream TEXT NOT NULL,
            version INTEGER NOT NULL,
            type TEXT NOT NULL,
            recorded TEXT NOT NULL,
            hash BLOB NOT NULL,
            line TEXT NOT NULL,
            CONSTRAINT line_begins_with_columns CHECK (instr(line, '{"position":' || position
                || ',"stream":"' || replace(replace(stream, '\', '\\'), '"', '\"') || '","version":' || version
                || ',"type":"' || replace(replace(type, '\', '\\'), '"', '\"') || '","recorded":"' || recorded || '",') = 1),
            CONSTRAINT recorded_sorts_as_text CHECK (recorded GLOB '????-??-??T??:??:??.???Z'),
            CONSTRAINT hash_has_32_bytes CHECK (length(hash) = 32),
            CONSTRAINT line_has_at_most_65535_bytes CHECK (length(CAST(line AS BLOB)) <= 65535)
        ) STRICT
        """#

    private static let entriesByStream = "CREATE UNIQUE INDEX entries_by_stream ON entries (stream, version)"

    private static let entriesInOrder = """
        CREATE TRIGGER entries_in_order BEFORE INSERT ON entries BEGIN
            SELECT RAISE(ABORT, 'the position is not the next one')
            WHERE new.position IS NOT (SELECT coalesce(max(position), -1) + 1 FROM entries);
            SELECT RAISE(ABORT, 'the version is not the next one of its stream')
            WHERE new.version IS NOT (SELECT coalesce(max(version), 0) + 1 FROM entries WHERE stream = new.stream);
            SELECT RAISE(ABORT, 'it is recorded before the entry before it')
            WHERE new.recorded < (SELECT recorded FROM entries WHERE position = new.position - 1);
        END
        """

    /// Complete subtrees of two entries and more, numbered as they come to be; see `TreeNode.number`.
    private static let tree = """
        CREATE TABLE tree (
            number INTEGER PRIMARY KEY,
            hash BLOB NOT NULL,
            CONSTRAINT hash_has_32_bytes CHECK (length(hash) = 32)
        ) STRICT
        """

    private static let treeInOrder = """
        CREATE TRIGGER tree_in_order BEFORE INSERT ON tree BEGIN
            SELECT RAISE(ABORT, 'the number is not the next one')
            WHERE new.number IS NOT (SELECT coalesce(max(number), -1) + 1 FROM tree);
            SELECT RAISE(ABORT, 'there are not so many entries')
            WHERE new.number >= (SELECT coalesce(max(position), 0) FROM entries);
        END
        """

    /// The second and third line of a checkpoint are its size and root (C2SP tlog-checkpoint).
    private static let checkpoints = """
        CREATE TABLE checkpoints (
            size INTEGER PRIMARY KEY,
            note TEXT NOT NULL,
            CONSTRAINT size_is_that_of_note CHECK (instr(note, char(10) || size || char(10)) > 0)
        ) STRICT
        """

    private static let checkpointsInOrder = """
        CREATE TRIGGER checkpoints_in_order BEFORE INSERT ON checkpoints BEGIN
            SELECT RAISE(ABORT, 'there are not so many entries')
            WHERE new.size NOT BETWEEN 0 AND (SELECT coalesce(max(position), -1) + 1 FROM entries);
            SELECT RAISE(ABORT, 'there is a checkpoint of that size')
            WHERE EXISTS (SELECT 1 FROM checkpoints WHERE size = new.size);
        END
        """

    private static func unchangeable(_ table: String, _ operation: String) -> String {
        """
        CREATE TRIGGER \(table)_no_\(operation.lowercased()) BEFORE \(operation) ON \(table) BEGIN
            SELECT RAISE(ABORT, 'the log is append-only');
        END
        """
    }
}
