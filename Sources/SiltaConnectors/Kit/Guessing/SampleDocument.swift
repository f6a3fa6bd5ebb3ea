internal import SiltaFormats

/// A document to guess from, unpacked: a file, or a file in a zip.
struct SampleDocument {
    let file: String
    /// Its name in the zip.
    let member: String?
    let bytes: [UInt8]

    /// For sentences.
    var title: String { member.map { "\(file)/\($0)" } ?? file }

    /// So many files of a zip are looked at.
    private static let memberLimit = 20

    /// - Parameter bytes: at most ``Sample/byteLimit`` of the file; what they become when they are unpacked is no more, either.
    static func all(name: String, bytes: [UInt8]) throws(SampleProblem) -> [SampleDocument] {
        switch bytes.withUnsafeBytes({ CompressionForm($0) }) {
        case .plain: return [SampleDocument(file: name, member: nil, bytes: bytes)]
        case .gzip: return [SampleDocument(file: name, member: nil, bytes: try unpacked(bytes[...], .gzip, title: name))]
        case .zip: return try members(of: name, bytes)
        }
    }

    private static func members(of name: String, _ bytes: [UInt8]) throws(SampleProblem) -> [SampleDocument] {
        let directory: ZipDirectory
        switch ZipDirectory.find(size: bytes.count, { Array(bytes[$0..<($0 + $1)]) }) {
        case .success(let found): directory = found
        case .failure(let fault): throw SampleProblem("\(name): \(fault.reason)")
        }
        guard !directory.members.isEmpty else { throw SampleProblem("\(name): this zip holds no file") }
        var documents: [SampleDocument] = []
        for member in directory.members.prefix(memberLimit) {
            let title = "\(name)/\(member.name)"
            if case .refused(let why) = member.packing { throw SampleProblem("\(title) \(why)") }
            let start = ZipDirectory.headerStart(of: member)
            guard start + ZipDirectory.headerLength <= bytes.count,
                let content = ZipDirectory.contentStart(of: member, header: Array(bytes[start..<(start + ZipDirectory.headerLength)])),
                content <= bytes.count - member.packedLength
            else { throw SampleProblem("\(title): this file of the zip is not where its directory says") }
            let packed = bytes[content..<(content + member.packedLength)]
            documents.append(
                SampleDocument(
                    file: name, member: member.name,
                    bytes: member.packing == .stored ? Array(packed) : try unpacked(packed, .raw, title: title)))
        }
        return documents
    }

    private static func unpacked(
        _ packed: ArraySlice<UInt8>, _ wrapping: Inflater.Wrapping, title: String
    ) throws(SampleProblem) -> [UInt8] {
        var inflater = Inflater(wrapping)
        var content: [UInt8] = []
        let fault = packed.withUnsafeBytes { packed in
            inflater.feed(packed) { (piece) throws(Never) in
                if content.count < Sample.byteLimit { content.append(contentsOf: piece.prefix(Sample.byteLimit - content.count)) }
            }
        }
        // The sample of a long file ends in the middle of what is packed.
        if let fault { throw SampleProblem("\(title): \(fault.reason)") }
        return content
    }
}
