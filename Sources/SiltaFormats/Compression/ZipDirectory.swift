/// What a zip file holds, as its central directory says (PKWARE APPNOTE 6.3.10, with zip64).
///
/// Members that are stored or deflated can be read; of others it is known why they cannot.
public struct ZipDirectory: Sendable {
    public struct Member: Hashable, Sendable {
        public enum Packing: Hashable, Sendable {
            case stored, deflated
            /// A sentence: what is wrong, and what would be right.
            case refused(String)
        }

        /// With `/` between folders.
        public var name: String
        public var packing: Packing
        /// Of the packed bytes, and of what they become.
        public var packedLength: Int
        public var length: Int
        /// CRC-32 of what they become.
        public var checksum: UInt32
        /// Where its local header begins.
        var headerOffset: Int

        /// ``length``, where that can be: the directory may say anything.
        public var likelyLength: Int { min(length, packing == .stored ? packedLength : packedLength * Inflater.ratioLimit) }
    }

    /// How many bytes the fixed part of a local header has.
    public static let headerLength = 30
    /// The longest directory, in bytes, and the most members.
    static let lengthLimit = 16 << 20
    static let countLimit = 10_000
    /// The longest end of a file in which the place of the directory is looked for, in bytes.
    private static let endLength = 56 + 20 + 22 + 65_535
    private static let broken = CompressionFault("this zip is damaged or not complete: its directory cannot be read")

    /// In the order of the directory, without folders.
    public let members: [Member]

    /// - Parameters:
    ///   - size: of the file, in bytes.
    ///   - read: yields so many bytes from an offset; it is asked only for what lies within the file.
    /// - Returns: the directory, or what is wrong.
    public static func find<E: Error>(
        size: Int, _ read: (_ offset: Int, _ count: Int) throws(E) -> [UInt8]
    ) throws(E) -> Result<ZipDirectory, CompressionFault> {
        let start = max(0, size - endLength)
        guard let place = ZipPlace(end: LittleEndian(try read(start, size - start)), from: start) else { return .failure(broken) }
        guard place.count <= countLimit, place.length <= lengthLimit else {
            return .failure(CompressionFault("this zip lists more than \(countLimit) files, which is the most"))
        }
        guard place.offset <= size - place.length else { return .failure(broken) }
        let bytes = LittleEndian(try read(place.offset, place.length))
        var members: [Member] = []
        var at = 0
        for _ in 0..<place.count {
            guard let (member, end) = Member.read(bytes, at: at), member.packedLength <= size, member.headerOffset <= size else {
                return .failure(broken)
            }
            if !member.name.hasSuffix("/") { members.append(member) }
            at = end
        }
        return .success(ZipDirectory(members: members))
    }

    /// Where the packed bytes of a member begin.
    ///
    /// - Parameter header: the ``headerLength`` bytes from ``headerStart(of:)``.
    /// - Returns: nil where no header stands there.
    public static func contentStart(of member: Member, header: [UInt8]) -> Int? {
        let bytes = LittleEndian(header)
        guard bytes.number(0, 4) == 0x0403_4B50, let name = bytes.number(26, 2), let extra = bytes.number(28, 2) else { return nil }
        return member.headerOffset + headerLength + name + extra
    }

    public static func headerStart(of member: Member) -> Int { member.headerOffset }
}

/// Where the central directory of a zip lies.
private struct ZipPlace {
    let offset: Int
    let length: Int
    let count: Int

    /// - Parameters:
    ///   - end: the last bytes of the file.
    ///   - start: where in the file they begin.
    init?(end: LittleEndian, from start: Int) {
        // The record stands before a comment of any length.
        guard let at = stride(from: end.count - 22, through: 0, by: -1).first(where: { end.isRecord(at: $0) }),
            let count = end.number(at + 10, 2), let length = end.number(at + 12, 4), let offset = end.number(at + 16, 4)
        else { return nil }
        guard count == 0xFFFF || length == 0xFFFF_FFFF || offset == 0xFFFF_FFFF else {
            (self.count, self.length, self.offset) = (count, length, offset)
            return
        }
        guard end.number(at - 20, 4) == 0x0706_4B50, let large = end.number(at - 12, 8), end.number(large - start, 4) == 0x0606_4B50,
            let count = end.number(large - start + 32, 8), let length = end.number(large - start + 40, 8),
            let offset = end.number(large - start + 48, 8)
        else { return nil }
        (self.count, self.length, self.offset) = (count, length, offset)
    }
}

extension ZipDirectory.Member {
    /// - Returns: nil where no entry of a directory stands there.
    fileprivate static func read(_ bytes: LittleEndian, at start: Int) -> (Self, end: Int)? {
        guard bytes.number(start, 4) == 0x0201_4B50, let flags = bytes.number(start + 8, 2), let method = bytes.number(start + 10, 2),
            let checksum = bytes.number(start + 16, 4), let packed = bytes.number(start + 20, 4),
            let length = bytes.number(start + 24, 4), let nameLength = bytes.number(start + 28, 2),
            let extraLength = bytes.number(start + 30, 2), let commentLength = bytes.number(start + 32, 2),
            let offset = bytes.number(start + 42, 4), let name = bytes.bytes(start + 46, nameLength)
        else { return nil }
        let extraStart = start + 46 + nameLength
        let end = extraStart + extraLength + commentLength
        guard end <= bytes.count else { return nil }
        var numbers = [length, packed, offset]
        // What does not fit into four bytes stands in zip64's own field, in this order, and only that.
        guard fill(&numbers, bytes, extraStart..<(extraStart + extraLength)) else { return nil }
        let packing: Packing =
            switch method {
            case _ where flags & 1 != 0: .refused("is encrypted; it must be written without a password")
            case 0: .stored
            case 8: .deflated
            default: .refused("is packed by method \(method), which is not known here; deflate would be right")
            }
        let member = ZipDirectory.Member(
            name: shown(String(decoding: name, as: UTF8.self)), packing: packing, packedLength: numbers[1], length: numbers[0],
            checksum: UInt32(checksum), headerOffset: numbers[2])
        return (member, end)
    }

    /// It stands in sentences: a name that could steer a terminal, or fill a page, is none that anybody reads.
    private static func shown(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars.prefix(1024) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalars.append("\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    private static func fill(_ numbers: inout [Int], _ bytes: LittleEndian, _ extra: Range<Int>) -> Bool {
        let missing = numbers.indices.filter { numbers[$0] == 0xFFFF_FFFF }
        if missing.isEmpty { return true }
        var at = extra.lowerBound
        while at + 4 <= extra.upperBound, let tag = bytes.number(at, 2), let length = bytes.number(at + 2, 2) {
            if tag == 1 {
                guard length >= missing.count * 8, at + 4 + length <= extra.upperBound else { return false }
                for (position, index) in missing.enumerated() {
                    guard let number = bytes.number(at + 4 + position * 8, 8) else { return false }
                    numbers[index] = number
                }
                return true
            }
            at += 4 + length
        }
        return false
    }
}

/// Numbers in bytes, the lowest byte first.
private struct LittleEndian {
    private let all: [UInt8]

    init(_ all: [UInt8]) { self.all = all }

    var count: Int { all.count }

    /// Nil where it does not stand there, or is larger than any file.
    func number(_ start: Int, _ count: Int) -> Int? {
        guard start >= 0, start <= all.count - count else { return nil }
        var number: UInt64 = 0
        for index in (start..<(start + count)).reversed() { number = number << 8 | UInt64(all[index]) }
        return number <= UInt64(Int.max / 4) ? Int(number) : nil
    }

    /// Whether the record stands there that ends a zip, with its comment.
    func isRecord(at start: Int) -> Bool {
        guard number(start, 4) == 0x0605_4B50, let comment = number(start + 20, 2) else { return false }
        return comment <= count - start - 22
    }

    func bytes(_ start: Int, _ count: Int) -> ArraySlice<UInt8>? {
        guard start >= 0, start <= all.count - count else { return nil }
        return all[start..<(start + count)]
    }
}
