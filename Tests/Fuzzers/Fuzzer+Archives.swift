import SiltaFormats

extension Fuzzer {
    /// The first byte says what it is, the second where it is divided. What is said of a zip must lie within it.
    static let archive = Fuzzer(name: "archive") { bytes in
        guard bytes.count > 2 else { return }
        let content = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes.dropFirst(2)))
        guard bytes[0] & 3 != 0 else { return zip(content) }
        let wrapping = bytes[0] & 1 == 0 ? Inflater.Wrapping.raw : .gzip
        let cut = Int(bytes[1]) * content.count / 255
        let whole = inflated(wrapping, [content])
        let divided = inflated(wrapping, [content.prefix(cut), content.dropFirst(cut)].map { UnsafeRawBufferPointer(rebasing: $0) })
        precondition(whole == divided, "what is packed means the same in however many pieces it comes")
    }

    private static func inflated(_ wrapping: Inflater.Wrapping, _ pieces: [UnsafeRawBufferPointer]) -> [UInt8]? {
        var inflater = Inflater(wrapping)
        var plain: [UInt8] = []
        for piece in pieces {
            guard inflater.feed(piece, { plain.append(contentsOf: $0) }) == nil else { return nil }
        }
        return inflater.finish() == nil ? plain : nil
    }

    private static func zip(_ content: UnsafeRawBufferPointer) {
        let found = ZipDirectory.find(size: content.count) { (offset, count) -> [UInt8] in
            precondition(offset >= 0 && count >= 0 && offset + count <= content.count, "nothing outside of the file is asked for")
            return Array(content[offset..<(offset + count)])
        }
        guard case .success(let directory) = found else { return }
        for member in directory.members {
            precondition(member.likelyLength >= 0 && member.likelyLength <= content.count * Inflater.ratioLimit, "room for nothing")
            let start = ZipDirectory.headerStart(of: member)
            guard start <= content.count - ZipDirectory.headerLength else { continue }
            _ = ZipDirectory.contentStart(of: member, header: Array(content[start..<(start + ZipDirectory.headerLength)]))
        }
    }
}
