import Foundation

/// Bytes that were right once and are to stay as they are.
public struct Golden: Sendable {
    /// A folder beside the test's file.
    let folder: URL

    public init(beside file: String = #filePath) {
        folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Goldens")
    }

    /// What is wrong, as a sentence; nil where the bytes are those of the golden. A missing one is written, and is wrong.
    public func difference(_ name: String, _ bytes: [UInt8]) throws -> String? {
        let file = folder.appendingPathComponent(name)
        guard let golden = try? Data(contentsOf: file) else {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
            return "there was no golden \(name); it is written now and is to be read before it is kept"
        }
        guard Array(golden) != bytes else { return nil }
        return
            "it is not the golden \(name):\n\(String(decoding: bytes, as: UTF8.self))\nand should be\n\(String(decoding: golden, as: UTF8.self))"
    }
}
