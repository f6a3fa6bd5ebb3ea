internal import Glibc
internal import SiltaConfiguration
internal import SiltaFormats

/// The little that is asked of folders and of small text files.
enum FileSystem {
    /// The names in a folder, sorted by bytes; none where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// The whole of a file of UTF-8, at most as long as a YAML document may be.
    static func text(folder: String, name: String) throws(ReadFailure) -> String {
        let file = try RegisterFile(folder: folder, name: name)
        guard file.size <= YAMLDocument.maximumByteCount else {
            throw ReadFailure(.unreadable, file: name, "this file has \(file.size) bytes; \(YAMLDocument.maximumByteCount) is the most")
        }
        var bytes: [UInt8] = []
        try file.forEachPiece { (piece) throws(ReadFailure) in bytes.append(contentsOf: piece) }
        guard let text = bytes.withUnsafeBufferPointer(TextEncoding.utf8.decode) else {
            throw ReadFailure(.unreadable, file: name, "this file is not text in utf-8")
        }
        return text
    }
}
