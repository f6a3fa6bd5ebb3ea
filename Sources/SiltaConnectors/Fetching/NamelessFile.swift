internal import Glibc

/// A file without a name: only this process can open it, and it is gone when the process is, whatever ends it.
enum NamelessFile {
    /// `O_TMPFILE`, a macro that Swift does not see.
    private static let nameless = Int32(0o20_000_000) | O_DIRECTORY

    /// Its descriptor, for reading and writing.
    static func open(in folder: String) throws(ReadFailure) -> Int32 {
        let descriptor = Glibc.open(folder, nameless | O_RDWR | O_CLOEXEC, 0o600)
        if descriptor >= 0 { return descriptor }
        guard errno == EOPNOTSUPP || errno == EISDIR else { throw failure(folder) }
        // A file system that knows no such files: the name goes before anything is written.
        var path = Array("\(folder)/.fetched-XXXXXX".utf8CString)
        let named = mkstemp(&path)
        guard named >= 0 else { throw failure(folder) }
        unlink(path)
        _ = fcntl(named, F_SETFD, FD_CLOEXEC)
        return named
    }

    private static func failure(_ folder: String) -> ReadFailure {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        return ReadFailure(
            .unreadable, file: nil,
            "what is read cannot be kept in \(folder): \(reason); the user that Silta runs as must be able to write there")
    }
}
