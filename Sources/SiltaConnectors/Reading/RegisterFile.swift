internal import Glibc

/// A regular file, opened once, that must stay as it is until everything has been read.
final class RegisterFile {
    /// More than this is no export of a school year, and its lines could not be counted in 32 bits.
    static let sizeLimit = Int(Int32.max)
    private static let pieceLength = 1 << 16

    let name: String
    let size: Int
    /// Nil for a file without a name.
    private let path: String?
    private let descriptor: Int32
    /// As it was when it was opened.
    let stamp: FileStamp

    init(folder: String, name: String) throws(ReadFailure) {
        self.name = name
        let path = "\(folder)/\(name)"
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT {
                throw ReadFailure(.missing, file: name, "this file is not in \(folder); an export must write all of its files there")
            }
            throw RegisterFile.unreadable(name, in: folder, errno)
        }
        // Not even opened: opening a pipe or a device may wait for ever, or do something.
        try RegisterFile.check(status, name)
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw RegisterFile.unreadable(name, in: folder, errno) }
        // Nothing closes it where this initializer fails.
        do throws(ReadFailure) {
            guard fstat(descriptor, &status) == 0 else { throw RegisterFile.unreadable(name, in: folder, errno) }
            try RegisterFile.check(status, name)
        } catch {
            close(descriptor)
            throw error
        }
        stamp = FileStamp(status)
        size = stamp.size
    }

    /// A file that was fetched, which nobody else can write.
    ///
    /// - Parameter descriptor: is closed with it, also where it fails.
    init(fetched descriptor: Int32, name: String) throws(ReadFailure) {
        self.name = name
        self.descriptor = descriptor
        path = nil
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let reason = RegisterFile.message(errno)
            close(descriptor)
            throw ReadFailure(.unreadable, file: name, "what was fetched of this file cannot be read: \(reason)")
        }
        stamp = FileStamp(status)
        size = stamp.size
    }

    deinit {
        close(descriptor)
    }

    /// Hands over the whole file, from its first byte, piece by piece.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void) throws(ReadFailure) {
        try forEachPiece(from: 0, through: nil, body)
    }

    /// Hands over a part of the file, piece by piece.
    ///
    /// - Parameter range: within its size.
    func forEachPiece(
        in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        try forEachPiece(from: range.lowerBound, through: range.upperBound, body)
    }

    /// So many bytes from an offset.
    func bytes(from offset: Int, count: Int) throws(ReadFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        try forEachPiece(in: offset..<(offset + count)) { (piece) throws(ReadFailure) in bytes.append(contentsOf: piece) }
        return bytes
    }

    /// - Parameter end: nil for the end of the file, behind which nothing may follow.
    private func forEachPiece(
        from start: Int, through end: Int?, _ body: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: RegisterFile.pieceLength, alignment: 16)
        defer { piece.deallocate() }
        var offset = start
        while offset != end {
            let count = pread(descriptor, piece.baseAddress, min(piece.count, (end ?? Int.max) - offset), off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw ReadFailure(.unreadable, file: name, "reading stopped at byte \(offset): \(RegisterFile.message(errno))")
            }
            guard count > 0 else { break }
            offset += count
            guard offset <= size else { throw changed }
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
        guard offset == end ?? size else { throw changed }
    }

    /// - Throws: Where the path no longer leads to this file, or the file is not as it was when it was opened.
    func checkUnchanged() throws(ReadFailure) {
        guard let path else { return }
        var status = stat()
        guard stat(path, &status) == 0, FileStamp(status).isSameContent(as: stamp) else { throw changed }
    }

    private var changed: ReadFailure {
        ReadFailure(
            .changed, file: name,
            "this file is being written; let the export finish before the next poll, or write it elsewhere and rename it")
    }

    private static func check(_ status: stat, _ name: String) throws(ReadFailure) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a pipe, a socket or a device"
            throw ReadFailure(.unreadable, file: name, "this is \(kind); it must be a regular file, or a symbolic link to one")
        }
        guard status.st_size <= sizeLimit else {
            throw ReadFailure(.unreadable, file: name, "this file has \(status.st_size) bytes; \(sizeLimit) is the most")
        }
    }

    private static func unreadable(_ name: String, in folder: String, _ error: Int32) -> ReadFailure {
        ReadFailure(
            .unreadable, file: name,
            "this file cannot be read: \(message(error)); the user that Silta runs as must be able to read \(folder)")
    }

    private static func message(_ error: Int32) -> String {
        strerror(error).map { String(cString: $0) } ?? "error \(error)"
    }
}
