import SiltaCore

import GRDB
import Glibc
import SiltaFormats

/// What follows from the log at a position (`state.db`), for quick questions. Disposable: never the only home of a fact.
///
/// One transaction takes the state from one position to a later one, so a crash leaves it whole, at most behind.
public struct StateStore: Sendable {
    public enum Place: Hashable, Sendable {
        case memory
        case file(String)
    }

    public enum Access: Sendable {
        case writer, reader
    }

    /// Where the state stands in the log.
    public struct Reached: Hashable, Sendable {
        /// How many entries it has taken in.
        public var size: Int64
        /// The log's root hash at that size, in hexadecimal: another log with as many entries is noticed.
        public var root: String

        public init(size: Int64, root: String) {
            self.size = size
            self.root = root
        }

        public static let nothing = Reached(size: 0, root: "")
    }

    let database: DatabaseQueue
    let known: KnownProvider

    /// - Throws: ``StateFailure`` with `unreadable` where the file is no state of this version: delete it and rebuild.
    public init(at place: Place, access: Access = .writer) throws(StateFailure) {
        known = KnownProvider(isKept: access == .writer)
        var configuration = Configuration()
        configuration.label = "state.db"
        configuration.readonly = access == .reader
        configuration.prepareDatabase { connection in
            try connection.execute(sql: "PRAGMA temp_store = MEMORY")
            if access == .writer {
                try connection.execute(sql: "PRAGMA journal_mode = WAL")
                try connection.execute(sql: "PRAGMA secure_delete = ON")
                // Behind after a power loss at worst: the log has it all.
                try connection.execute(sql: "PRAGMA synchronous = NORMAL")
            }
        }
        do {
            switch place {
            case .memory: database = try DatabaseQueue(configuration: configuration)
            case .file(let path):
                if access == .writer { try StateStore.makePrivate(path) }
                database = try DatabaseQueue(path: path, configuration: configuration)
            }
            if access == .writer { try database.write(StateSchema.create) }
            try database.read(StateSchema.check)
        } catch {
            throw StateFailure(error)
        }
    }

    /// Names and identity codes are in it: for its owner only, from the first byte on. SQLite gives its other files the same mode.
    private static func makePrivate(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StateFailure(.readOnly, "state.db cannot be made or written; the user of silta must own its folder")
        }
        defer { Glibc.close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else {
            throw StateFailure(.readOnly, "state.db cannot be made private; the user of silta must own it")
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(StateFailure) -> Value {
        do { return try database.read(body) } catch { throw StateFailure(error) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws(StateFailure) -> Value {
        do { return try database.write(body) } catch { throw StateFailure(error) }
    }

    /// As `read`, for one statement: it needs no transaction around it, which would cost more than the answer.
    func ask<Value>(_ body: (Database) throws -> Value) throws(StateFailure) -> Value {
        do { return try database.unsafeRead(body) } catch { throw StateFailure(error) }
    }

    /// As `read`, for a body of someone else's, whose errors are thrown as they are.
    func readRethrowing<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do { return try database.read(body) } catch let error as DatabaseError { throw StateFailure(error) }
    }

    /// As `write`, for a body of someone else's, whose errors are thrown as they are.
    func writeRethrowing<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do { return try database.write(body) } catch let error as DatabaseError { throw StateFailure(error) }
    }

    public func close() throws(StateFailure) {
        do { try database.close() } catch { throw StateFailure(error) }
    }
}

extension StateFailure {
    init(_ error: any Error) {
        switch error {
        case let failure as StateFailure: self = failure
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self.init(.full, "state.db cannot grow: the disk is full; make room")
        case let error as DatabaseError where error.resultCode == .SQLITE_READONLY || error.resultCode == .SQLITE_CANTOPEN:
            self.init(.readOnly, "state.db cannot be opened or written; the user of silta must own its folder [\(error.resultCode)]")
        case let error as DatabaseError:
            self.init(.unreadable, "state.db cannot be read; `silta rebuild` makes it again [\(error.extendedResultCode)]")
        default:
            self.init(.unreadable, "state.db holds what this version cannot read; `silta rebuild` makes it again [\(error)]")
        }
    }
}
