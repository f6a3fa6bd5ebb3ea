import GRDB

extension LogFailure {
    /// What an error of SQLite's means here; nil for an error of someone else's.
    ///
    /// SQLite's own messages name tables, columns and rules, never values; the values of a statement stay out.
    init?(_ error: any Error, file: String) {
        switch error {
        case let failure as LogFailure: self = failure
        case let malformed as Malformed:
            self.init(.corrupt, "The file is damaged, \(malformed.reason): restore it from a backup [file: \(file)]")
        case let error as DatabaseError: self.init(sqlite: error, file: file)
        default: return nil
        }
    }

    private init(sqlite error: DatabaseError, file: String) {
        let facts = "[file: \(file), SQLite: \(error.extendedResultCode.rawValue), \(error.message ?? "no message")]"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "The file is held by another process: try again when it is done \(facts)")
        case .SQLITE_FULL:
            self.init(.full, "The disk is full, nothing was written: make room \(facts)")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.readOnly, "The file cannot be written: it was opened for reading, or its mode or disk forbids it \(facts)")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
            self.init(.corrupt, "The file is damaged or cut short: restore it from a backup \(facts)")
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG:
            self.init(.corrupt, "The file refused what its own rules do not allow, so it is not as it should be: verify it \(facts)")
        case .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_RANGE:
            // All statements are written for these tables: one that does not run has found other tables.
            self.init(.corrupt, "The file's tables are not as they should be: restore it from a backup \(facts)")
        case .SQLITE_CANTOPEN:
            self.init(.missing, "The file cannot be opened: does this user own it and its folder? \(facts)")
        default:
            self.init(.io, "The disk failed: see the system's journal, then open the file again \(facts)")
        }
    }
}
