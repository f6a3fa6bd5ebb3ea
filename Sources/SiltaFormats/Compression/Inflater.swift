internal import CZlib

/// Why compressed bytes cannot be read to their end.
public struct CompressionFault: Error, Hashable, Sendable {
    /// What is wrong, and what would be right.
    public let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Undoes deflate (RFC 1951), as gzip (RFC 1952) or zip has it, of bytes that come in pieces.
///
/// Of gzip, several members one behind the other are one content. What comes out is bounded: at most ``contentLimit`` bytes, and beyond
/// ``freeLength`` at most ``ratioLimit`` times what went in, so that a small file cannot become one without end.
public struct Inflater: ~Copyable {
    public enum Wrapping: Sendable {
        case gzip
        /// Without a header.
        case raw
    }

    /// The most that may come out, in bytes: 2 GiB.
    public static let contentLimit = Int(Int32.max)
    /// So much may come out of however little, in bytes: 64 MiB.
    public static let freeLength = 64 << 20
    /// Exports of a register are packed ten to fifty times smaller; deflate cannot pack more than 1032 times.
    public static let ratioLimit = 250

    private static let pieceLength = 1 << 16

    private let wrapping: Wrapping
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutablePointer<UInt8>
    /// The stream has come to its end, and nothing followed so far.
    private var isAtEnd = false
    private var taken = 0
    public private(set) var written = 0

    public init(_ wrapping: Wrapping) {
        self.wrapping = wrapping
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(capacity: Inflater.pieceLength)
        let begun = inflate_begin(stream, wrapping == .gzip ? 15 + 16 : -15)
        precondition(begun == Z_OK, "There is memory for the window of a stream.")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Takes the next piece, and yields what comes out of it, piece by piece.
    ///
    /// - Returns: what is wrong; after that, nothing may be fed.
    public mutating func feed<E: Error>(
        _ piece: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) -> CompressionFault? {
        guard let base = piece.baseAddress, piece.count > 0 else { return nil }
        precondition(piece.count <= Int(UInt32.max), "A piece is no longer than zlib can count.")
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = uInt(piece.count)
        taken += piece.count
        repeat {
            if isAtEnd {
                guard stream.pointee.avail_in > 0 else { return nil }
                if let fault = beginNext() { return fault }
            }
            stream.pointee.next_out = output
            stream.pointee.avail_out = uInt(Inflater.pieceLength)
            let status = inflate(stream, Z_NO_FLUSH)
            let count = Inflater.pieceLength - Int(stream.pointee.avail_out)
            written += count
            if let fault = excess { return fault }
            if count > 0 { try body(UnsafeRawBufferPointer(start: output, count: count)) }
            switch status {
            case Z_OK: break
            case Z_BUF_ERROR where count == 0: return nil
            case Z_STREAM_END: isAtEnd = true
            default: return CompressionFault("what is compressed is damaged at byte \(written) of its content; it must be written anew")
            }
        } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
        return nil
    }

    /// - Returns: what is wrong where the stream has not come to its end.
    public func finish() -> CompressionFault? {
        isAtEnd ? nil : CompressionFault("what is compressed breaks off at byte \(written) of its content; it must be written to its end")
    }

    private mutating func beginNext() -> CompressionFault? {
        guard wrapping == .gzip else { return CompressionFault("something follows the end of what is compressed") }
        // Some writers fill up with zeros.
        if stream.pointee.next_in.pointee == 0 {
            while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
                stream.pointee.next_in += 1
                stream.pointee.avail_in -= 1
            }
            guard stream.pointee.avail_in > 0 else { return nil }
            return CompressionFault("something follows the end of what is compressed")
        }
        isAtEnd = false
        inflateReset(stream)
        return nil
    }

    private var excess: CompressionFault? {
        guard written <= Inflater.contentLimit else {
            return CompressionFault("this holds more than \(Inflater.contentLimit) bytes, which is the most")
        }
        guard written <= Inflater.freeLength || written / Inflater.ratioLimit <= taken else {
            return CompressionFault(
                "this becomes more than \(Inflater.ratioLimit) times as long when it is unpacked, as no export does; it must be written anew"
            )
        }
        return nil
    }
}
