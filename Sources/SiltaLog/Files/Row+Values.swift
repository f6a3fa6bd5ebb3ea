import Foundation
import GRDB
import SiltaProof

/// What stands in a file and should not: damage, or someone else's doing.
struct Malformed: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Columns as they must be. GRDB's own subscripts end the process where a damaged file has another type.
extension Row {
    func integer(_ column: Int) throws -> Int64 {
        guard case .int64(let value) = (self[column] as DatabaseValue).storage else { throw Malformed("a column should be a number") }
        return value
    }

    func text(_ column: Int) throws -> String {
        guard case .string(let value) = (self[column] as DatabaseValue).storage else { throw Malformed("a column should be text") }
        return value
    }

    func bytes(_ column: Int) throws -> [UInt8] {
        guard case .blob(let value) = (self[column] as DatabaseValue).storage else { throw Malformed("a column should be bytes") }
        return [UInt8](value)
    }

    func hash(_ column: Int) throws -> TreeHash {
        guard let hash = TreeHash(bytes: try bytes(column)) else { throw Malformed("a hash should have 32 bytes") }
        return hash
    }
}
