import GRDB
import Glibc
import Synchronization

/// A SQLite file and the one connection to it, with failures as sentences.
///
/// After a failure of the disk it does nothing more: whether what was written last is on the disk cannot be found out by trying
/// again, since an `fsync` that is repeated after it failed may succeed without having written anything.
final class DatabaseFile: Sendable {
    /// Where the file is, for sentences.
    let name: String
    private let queue: DatabaseQueue
    private let broken = Mutex<LogFailure?>(nil)

    /// - Parameter path: nil is a database in memory.
    /// - Parameter fill: writes what a new file begins with, in the transaction that makes it.
    init(
        path: String?, access: FileAccess, format: FileFormat, fill: (Database) throws -> Void = { _ in }
    ) throws(LogFailure) {
        let name = path ?? "memory"
        self.name = name
        if let path { try DatabaseFile.require(path, access, format) }
        do {
            let configuration = DatabaseFile.configuration(access, format)
            queue = try DatabaseQueue(path: path ?? ":memory:", configuration: configuration)
            try queue.writeWithoutTransaction { db in
                let isEmpty = try DatabaseFile.isEmpty(db, name: name, access, format)
                guard !isEmpty || access == .creator else {
                    throw LogFailure(.corrupt, "The \(format.name) is empty: restore it from a backup [file: \(name)]")
                }
                if path != nil, access != .reader { try DatabaseFile.useWriteAheadLog(db, name: name) }
                if isEmpty { try DatabaseFile.make(db, format, fill) } else { try DatabaseFile.renew(db, format) }
                if access != .reader { try DatabaseFile.requireSchema(db, name: name, format) }
            }
        } catch {
            throw LogFailure(error, file: name) ?? LogFailure(.io, "The \(format.name) could not be opened [file: \(name)]")
        }
    }

    /// Reads in one transaction, so that all of it sees the same log.
    func read<Value>(_ body: (Database) throws -> Value) throws(LogFailure) -> Value {
        try perform { try queue.read(body) }
    }

    /// Runs statements one by one, outside of a transaction.
    func run<Value>(_ body: (Database) throws -> Value) throws(LogFailure) -> Value {
        try perform { try queue.writeWithoutTransaction(body) }
    }

    /// Writes in one transaction: durable when this returns, as if never begun when it throws.
    func write<Value>(_ body: (Database) throws -> Value) throws(LogFailure) -> Value {
        try perform { try transaction(body) }
    }

    /// As `write`, for a body of someone else's, whose errors are thrown as they are.
    func writeRethrowing<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try requireUnbroken()
        do { return try transaction(body) } catch { throw noted(error) ?? error }
    }

    /// Gives back the pages that are kept in memory for speed only.
    func rest() { queue.releaseMemory() }

    func close() throws(LogFailure) {
        try perform { try queue.close() }
    }

    private func transaction<Value>(_ body: (Database) throws -> Value) throws -> Value {
        var value: Value?
        try queue.inTransaction(.immediate) { db in
            value = try body(db)
            return .commit
        }
        guard let value else { preconditionFailure("A transaction that was committed has run its body") }
        return value
    }

    private func perform<Value>(_ body: () throws -> Value) throws(LogFailure) -> Value {
        try requireUnbroken()
        do { return try body() } catch {
            throw noted(error) ?? LogFailure(.io, "The file could not be used [file: \(name)]")
        }
    }

    func requireUnbroken() throws(LogFailure) {
        if let failure = broken.withLock({ $0 }) { throw failure }
    }

    /// What an error means for this file; after a failure of the disk nothing more is done.
    func noted(_ error: any Error) -> LogFailure? {
        let failure = LogFailure(error, file: name)
        if let failure, failure.code == .io { broken.withLock { $0 = failure } }
        return failure
    }
}

// MARK: - Opening

extension DatabaseFile {
    private static func configuration(_ access: FileAccess, _ format: FileFormat) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = access == .reader
        configuration.busyMode = .timeout(5)
        configuration.label = "silta \(format.name)"
        let settings = [
            FileFormat.sharedSettings, access == .reader ? FileFormat.readerSettings : FileFormat.writerSettings, format.settings,
        ]
        configuration.prepareDatabase { db in
            for statements in settings { try db.execute(sql: statements) }
        }
        return configuration
    }

    /// The file is there; a creator makes it, readable to its owner only. SQLite gives its companions the same mode.
    private static func require(_ path: String, _ access: FileAccess, _ format: FileFormat) throws(LogFailure) {
        if access == .creator {
            let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
            if descriptor >= 0 { Glibc.close(descriptor) }
            guard descriptor >= 0 || errno == EEXIST else {
                throw LogFailure(errno == ENOSPC ? .full : .io, "The \(format.name) could not be made: \(systemMessage()) [file: \(path)]")
            }
        } else if Glibc.access(path, F_OK) != 0 {
            throw LogFailure(
                .missing, "There is no \(format.name) here: is the disk mounted, was the provider set up? [file: \(path)]")
        }
    }

    private static func isEmpty(_ db: Database, name: String, _ access: FileAccess, _ format: FileFormat) throws -> Bool {
        let application = try db.integer("PRAGMA application_id")
        let version = try db.integer("PRAGMA user_version")
        if application == 0, version == 0, try db.integer("SELECT count(*) FROM sqlite_schema") == 0 { return true }
        guard application == format.applicationID else {
            throw LogFailure(.foreign, "The file is not a \(format.name) of Silta's: is its path right? [file: \(name)]")
        }
        guard version <= format.version else {
            throw LogFailure(
                .newer,
                "The \(format.name) was written by a newer Silta: install that one "
                    + "[file: \(name), format: \(version), known: \(format.version)]")
        }
        guard version == format.version || format.additions[version] != nil else {
            throw LogFailure(
                .corrupt, "The \(format.name) has an impossible format: restore it from a backup [file: \(name), format: \(version)]")
        }
        guard version == format.version || access != .reader else {
            throw LogFailure(
                .busy, "The \(format.name) is of an earlier Silta: `silta sync` or `silta run` brings it up to date [file: \(name)]")
        }
        return false
    }

    private static func useWriteAheadLog(_ db: Database, name: String) throws {
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
            throw LogFailure(
                .readOnly, "The file cannot have a write-ahead log beside it: is its folder writable and local? [file: \(name)]")
        }
    }

    private static func make(_ db: Database, _ format: FileFormat, _ fill: (Database) throws -> Void) throws {
        try db.inTransaction(.immediate) {
            try db.execute(
                sql: """
                    \(format.schema.joined(separator: ";\n"));
                    PRAGMA application_id = \(format.applicationID);
                    PRAGMA user_version = \(format.version);
                    """)
            try fill(db)
            return .commit
        }
    }

    /// Brings a file of an earlier version up to this one.
    private static func renew(_ db: Database, _ format: FileFormat) throws {
        var version = try db.integer("PRAGMA user_version")
        while version < format.version, let statements = format.additions[version] {
            version += 1
            try db.inTransaction(.immediate) {
                try db.execute(sql: "\(statements.joined(separator: ";\n")); PRAGMA user_version = \(version);")
                return .commit
            }
        }
    }

    private static func requireSchema(_ db: Database, name: String, _ format: FileFormat) throws {
        guard try db.hasSchema(of: format) else {
            throw LogFailure(
                .corrupt, "The \(format.name)'s tables or guards were changed: verify it, then restore it from a backup [file: \(name)]")
        }
    }
}

extension Database {
    /// Whether tables, indexes and triggers are those of a new file, word for word.
    func hasSchema(of format: FileFormat) throws -> Bool {
        let found = try Row.fetchAll(self, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").map { try $0.text(0) }
        return Set(found) == Set(format.schema) && found.count == format.schema.count
    }

    func integer(_ sql: String, _ arguments: StatementArguments = []) throws -> Int64 {
        guard let value = try optionalInteger(sql, arguments) else { throw Malformed("a number is missing") }
        return value
    }

    /// The first column of the first row; nil where there is no row, or a null in it.
    func optionalInteger(_ sql: String, _ arguments: StatementArguments = []) throws -> Int64? {
        guard let row = try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments) else { return nil }
        return try (row[0] as DatabaseValue).isNull ? nil : row.integer(0)
    }
}
