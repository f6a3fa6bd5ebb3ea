import GRDB
import GRDBSQLite
import SiltaProof

/// A statement that is run by the million: bytes go in and come out as they are, without GRDB's values in between.
///
/// It is one of the connection's cached statements, so only one of the same text is in use at a time, and each use ends with `reset`.
struct DirectStatement {
    private let statement: Statement
    private var handle: SQLiteStatement { statement.sqliteStatement }

    /// SQLite copies what it is given.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ db: Database, _ sql: String) throws {
        statement = try db.cachedStatement(sql: sql)
        reset()
    }

    // MARK: - In

    /// - Parameter place: from 1.
    func bind(_ place: Int32, _ number: Int64) {
        sqlite3_bind_int64(handle, place, number)
    }

    /// - Parameter text: UTF-8.
    func bind(_ place: Int32, text: [UInt8]) {
        text.withUnsafeBytes { text in
            let bytes = text.baseAddress?.assumingMemoryBound(to: CChar.self)
            _ = sqlite3_bind_text(handle, place, bytes, Int32(text.count), DirectStatement.copied)
        }
    }

    func bind(_ place: Int32, _ hash: TreeHash) {
        hash.withBytes { _ = sqlite3_bind_blob(handle, place, $0.baseAddress, Int32($0.count), DirectStatement.copied) }
    }

    // MARK: - Running

    /// Whether there is a row, the next one. After an error the statement is reset.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let connection = sqlite3_db_handle(handle)
            let error = DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: sqlite3_errmsg(connection).map { String(cString: $0) })
            reset()
            throw error
        }
    }

    /// Runs a statement that has no rows.
    func execute() throws {
        _ = try step()
        reset()
    }

    func reset() { sqlite3_reset(handle) }

    // MARK: - Out: columns from 0, as they must be

    func integer(_ column: Int32) throws -> Int64 {
        guard let value = try optionalInteger(column) else { throw Malformed("a column should be a number") }
        return value
    }

    /// Nil for null.
    func optionalInteger(_ column: Int32) throws -> Int64? {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return sqlite3_column_int64(handle, column)
        case SQLITE_NULL: return nil
        default: throw Malformed("a column should be a number")
        }
    }

    /// The bytes of a text, until the next step or reset.
    func text(_ column: Int32) throws -> UnsafeBufferPointer<UInt8> {
        guard sqlite3_column_type(handle, column) == SQLITE_TEXT else { throw Malformed("a column should be text") }
        return content(column).bindMemory(to: UInt8.self)
    }

    func hash(_ column: Int32) throws -> TreeHash {
        guard sqlite3_column_type(handle, column) == SQLITE_BLOB else { throw Malformed("a column should be bytes") }
        guard let hash = TreeHash(bytes: content(column)) else { throw Malformed("a hash should have 32 bytes") }
        return hash
    }

    private func content(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
    }
}
