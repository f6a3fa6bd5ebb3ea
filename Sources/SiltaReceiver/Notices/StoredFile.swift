import Glibc

/// What the system says of its last error, `errno`.
func systemMessage() -> String { String(cString: strerror(errno)) }

/// Why a file could not be written or read.
struct FileProblem: Error, Hashable, Sendable {
    var sentence: String
}

/// Whole files, for their owner only.
enum StoredFile {
    /// Writes a file and waits until it is on the disk.
    static func write(_ bytes: [UInt8], to path: String) throws(FileProblem) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileProblem(sentence: systemMessage()) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileProblem(sentence: systemMessage()) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileProblem(sentence: systemMessage()) }
    }

    /// Waits until the names in a folder are on the disk.
    static func synchronize(_ folder: String) throws(FileProblem) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileProblem(sentence: systemMessage()) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileProblem(sentence: systemMessage()) }
    }

    /// Reads a file; of one that is longer than the limit, one byte more than it.
    static func read(_ path: String, limit: Int) throws(FileProblem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileProblem(sentence: systemMessage()) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &buffer, min(buffer.count, limit + 1 - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileProblem(sentence: systemMessage()) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
