public import Foundation

extension FileHandle {
    public struct NoLine: Error {}

    /// The next line that a program writes, without its end; blocks until it is there.
    public func line() throws -> Data {
        var line = Data()
        while let byte = try read(upToCount: 1), !byte.isEmpty {
            if byte.first == UInt8(ascii: "\n") { return line }
            line += byte
        }
        throw NoLine()
    }
}
