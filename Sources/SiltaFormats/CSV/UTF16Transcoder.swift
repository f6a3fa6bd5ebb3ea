/// Makes UTF-8 of UTF-16 whose bytes come in pieces, so that rows and fields can be found in it.
///
/// A byte order mark says which byte comes first, and is taken off; without one, a file whose first byte is zero has the higher byte
/// first. Half of a surrogate pair becomes bytes that are no UTF-8 either: whoever reads the field refuses it, and nothing is repaired.
public struct UTF16Transcoder {
    private var isBigEndian: Bool?
    private var isMarkTaken = false
    private var low: UInt8?
    private var high: UInt16?
    private var output: [UInt8] = []

    public init() {}

    /// Takes the next piece, and yields it as UTF-8.
    public mutating func feed<E: Error>(
        _ piece: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        output.removeAll(keepingCapacity: true)
        for byte in piece {
            guard let first = low else {
                low = byte
                continue
            }
            low = nil
            take(first, byte)
        }
        try yield(body)
    }

    /// Yields what is left; half a character is no text.
    public mutating func finish<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
        output.removeAll(keepingCapacity: true)
        if let high { append(half: high) }
        if low != nil { output.append(0xFF) }
        (high, low) = (nil, nil)
        try yield(body)
    }

    private func yield<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
        guard !output.isEmpty else { return }
        try output.withUnsafeBufferPointer { (bytes) throws(E) in try body(UnsafeRawBufferPointer(bytes)) }
    }

    private mutating func take(_ first: UInt8, _ second: UInt8) {
        let isBig = isBigEndian ?? ((first, second) == (0xFE, 0xFF) || first == 0)
        isBigEndian = isBig
        let unit = isBig ? UInt16(first) << 8 | UInt16(second) : UInt16(second) << 8 | UInt16(first)
        if !isMarkTaken {
            isMarkTaken = true
            if unit == 0xFEFF { return }
        }
        if let high {
            self.high = nil
            if 0xDC00..<0xE000 ~= unit {
                let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                if let scalar = Unicode.Scalar(value) { output.append(contentsOf: UTF8.encode(scalar)!) }
                return
            }
            append(half: high)
        }
        if 0xD800..<0xDC00 ~= unit {
            high = unit
        } else if let scalar = Unicode.Scalar(unit) {
            if unit < 0x80 { output.append(UInt8(unit)) } else { output.append(contentsOf: UTF8.encode(scalar)!) }
        } else {
            append(half: unit)
        }
    }

    /// In the three bytes that UTF-8 would have for it, if it had any.
    private mutating func append(half unit: UInt16) {
        output.append(contentsOf: [0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 0x3F), 0x80 | UInt8(unit & 0x3F)])
    }
}
