internal import Glibc
internal import SiltaFormats

/// Records that look up in what has not all been told yet: kept on a disk until it has, in a file without a name.
final class HeldRecords {
    /// The most that are kept, in bytes: 8 GiB.
    private static let sizeLimit = 8 << 30
    /// So many bytes are written or read at once; a record, which is no longer than a line, always fits.
    private static let pieceLength = 2 * MessageLines.lineLimit
    private static let headLength = 12

    private let folder: String
    private var descriptor: Int32 = -1
    /// What is not written yet.
    private var piece: [UInt8] = []
    private var size = 0

    /// - Parameter folder: on a disk.
    init(in folder: String) {
        self.folder = folder
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// - Parameters:
    ///   - stream: a number that says of which.
    ///   - number: of its message.
    func append(_ record: UnsafeBufferPointer<UInt8>, stream: Int, number: Int) throws(ReadFailure) {
        if piece.count + HeldRecords.headLength + record.count > HeldRecords.pieceLength { try write() }
        for part in [stream, number, record.count] {
            withUnsafeBytes(of: UInt32(clamping: part)) { piece.append(contentsOf: $0) }
        }
        piece.append(contentsOf: record)
    }

    /// Hands them back in their order, and keeps none.
    func release(
        _ body: (_ record: UnsafeBufferPointer<UInt8>, _ stream: Int, _ number: Int) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        if size > 0 { try write() }
        var rest = piece
        var offset = 0
        piece = []
        while true {
            let used = try hand(rest, body)
            guard offset < size else { return }
            rest.removeFirst(used)
            offset += try read(into: &rest, from: offset)
        }
    }

    /// - Returns: how many of the bytes were whole records.
    private func hand(
        _ bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>, Int, Int) throws(ReadFailure) -> Void
    ) throws(ReadFailure) -> Int {
        try bytes.withUnsafeBufferPointer { (bytes) throws(ReadFailure) in
            var start = 0
            while bytes.count - start >= HeldRecords.headLength {
                let head = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<(start + HeldRecords.headLength)]))
                let parts = (0..<3).map { Int(head.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
                let end = start + HeldRecords.headLength + parts[2]
                guard end <= bytes.count else { break }
                try body(UnsafeBufferPointer(rebasing: bytes[(start + HeldRecords.headLength)..<end]), parts[0], parts[1])
                start = end
            }
            return start
        }
    }

    private func write() throws(ReadFailure) {
        if descriptor < 0 { descriptor = try NamelessFile.open(in: folder) }
        guard size + piece.count <= HeldRecords.sizeLimit else {
            throw ReadFailure(
                .flooded, file: nil,
                "the program tells more records that look up in tables than can be kept [limit: \(HeldRecords.sizeLimit >> 30) GiB]")
        }
        var start = 0
        while start < piece.count {
            let count = piece.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
                return pwrite(descriptor, rest.baseAddress, rest.count, off_t(size + start))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(errno) }
            start += count
        }
        size += piece.count
        piece.removeAll(keepingCapacity: true)
    }

    private func read(into bytes: inout [UInt8], from offset: Int) throws(ReadFailure) -> Int {
        let start = bytes.count
        let wanted = min(HeldRecords.pieceLength, size - offset)
        bytes.append(contentsOf: repeatElement(0, count: wanted))
        while true {
            let count = bytes.withUnsafeMutableBytes { bytes in
                pread(descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).baseAddress, wanted, off_t(offset))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(errno) }
            bytes.removeLast(wanted - count)
            return count
        }
    }

    private func failure(_ error: Int32) -> ReadFailure {
        ReadFailure(
            .unreadable, file: nil,
            "what the program tells cannot be kept in \(folder) until its tables are told: \(SystemError.text(error)); there must be room")
    }
}
