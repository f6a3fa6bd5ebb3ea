/// What tells Silta's files apart, and what is in a new one.
struct FileFormat: Sendable {
    /// For sentences, such as "log".
    let name: String
    /// SQLite's `application_id`: four letters.
    let applicationID: Int64
    /// SQLite's `user_version`. A file with a higher one is of a newer Silta.
    let version: Int64
    /// Each statement exactly as SQLite keeps it, so that a changed or dropped guard is noticed.
    let schema: [String]
    /// What a file of an earlier version lacks, by that version: the next version made it.
    var additions: [Int64: [String]] = [:]
    /// Settings of every connection, beyond those that all files share.
    let settings: String

    static let sharedSettings = """
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA temp_store = MEMORY;
        """

    /// `synchronous = FULL` puts every commit on the disk before it is acknowledged. The write-ahead log is taken into the file
    /// after every 4,000 pages, and is cut back to 64 MiB after a large import. 32 MiB of pages in memory hold the inner pages of the
    /// index by stream, also where there are ten million entries.
    static let writerSettings = """
        PRAGMA synchronous = FULL;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA cache_size = -8192;
        PRAGMA journal_size_limit = 67108864;
        """

    static let readerSettings = """
        PRAGMA query_only = ON;
        PRAGMA wal_autocheckpoint = 0;
        """
}
