internal import SiltaFormats

/// The bytes of a file as they are meant: unpacked, where it is packed, and of a zip, those of one of its files.
struct RegisterDocument {
    private enum Packing {
        case plain, gzip
        case member(ZipDirectory.Member)
    }

    let file: RegisterFile
    /// The file's, and of a zip, behind a `/` that of its own file.
    let name: String
    /// About how many bytes there are.
    let length: Int
    private let packing: Packing

    /// Whether whoever goes through its bytes goes through all bytes of the file.
    var isWholeFile: Bool {
        if case .member = packing { false } else { true }
    }

    /// What a file holds, as its first bytes say.
    ///
    /// - Parameter member: which files of a zip are meant; nil for the only one.
    static func all(in file: RegisterFile, member: FilePattern?) throws(ReadFailure) -> [RegisterDocument] {
        let start = try file.bytes(from: 0, count: min(file.size, CompressionForm.length))
        switch start.withUnsafeBytes({ CompressionForm($0) }) {
        case .plain: return [RegisterDocument(file: file, name: file.name, length: file.size, packing: .plain)]
        case .gzip: return [RegisterDocument(file: file, name: file.name, length: file.size, packing: .gzip)]
        case .zip: return try members(of: file, member)
        }
    }

    private static func members(of file: RegisterFile, _ pattern: FilePattern?) throws(ReadFailure) -> [RegisterDocument] {
        let found = try ZipDirectory.find(size: file.size) { (offset, count) throws(ReadFailure) in
            try file.bytes(from: offset, count: count)
        }
        let directory: ZipDirectory
        switch found {
        case .success(let zip): directory = zip
        case .failure(let fault): throw ReadFailure(.unreadable, file: file.name, fault.reason)
        }
        let names = directory.members.prefix(5).map(\.name).joined(separator: ", ") + (directory.members.count > 5 ? ", …" : "")
        let meant = directory.members.filter { member in pattern.map { $0.matches(member: member.name) } ?? true }
        guard !meant.isEmpty else {
            throw ReadFailure(
                .missing, file: file.name,
                directory.members.isEmpty
                    ? "this zip holds no file"
                    : "this zip holds no file that is meant by \"\(pattern?.description ?? "")\"; it holds \(names)")
        }
        guard pattern != nil || meant.count == 1 else {
            throw ReadFailure(
                .unreadable, file: file.name, "this zip holds \(meant.count) files, \(names); member must say which of them is read")
        }
        // Of what overlaps, a small file could become many large ones.
        guard meant.reduce(0, { $0 + $1.packedLength }) <= file.size else {
            throw ReadFailure(
                .unreadable, file: file.name, "files of this zip lie in each other, as no export's do; it must be written anew")
        }
        var documents: [RegisterDocument] = []
        for member in meant.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            if case .refused(let why) = member.packing {
                throw ReadFailure(.unreadable, file: file.name, "\(member.name) in this zip \(why)")
            }
            documents.append(
                RegisterDocument(file: file, name: "\(file.name)/\(member.name)", length: member.likelyLength, packing: .member(member)))
        }
        return documents
    }

    /// Hands over everything, from the first byte, piece by piece.
    ///
    /// - Parameter look: is shown the bytes of the file as they are read, packed or not, before what they mean.
    func forEachPiece(
        look: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void, _ body: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        switch packing {
        case .plain:
            try file.forEachPiece { (piece) throws(ReadFailure) in
                try look(piece)
                try body(piece)
            }
        case .gzip:
            var inflater = Inflater(.gzip)
            try file.forEachPiece { (piece) throws(ReadFailure) in
                try look(piece)
                try check(inflater.feed(piece, body))
            }
            try check(inflater.finish())
        case .member(let member): try forEachPiece(of: member, look: look, body)
        }
    }

    private func forEachPiece(
        of member: ZipDirectory.Member, look: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void,
        _ body: (UnsafeRawBufferPointer) throws(ReadFailure) -> Void
    ) throws(ReadFailure) {
        let headerStart = ZipDirectory.headerStart(of: member)
        guard headerStart <= file.size - ZipDirectory.headerLength,
            let start = ZipDirectory.contentStart(
                of: member, header: try file.bytes(from: headerStart, count: ZipDirectory.headerLength)),
            start <= file.size - member.packedLength
        else { throw broken("this file of the zip is not where its directory says") }
        var (checksum, length) = (Checksum(), 0)
        func take(_ piece: UnsafeRawBufferPointer) throws(ReadFailure) {
            checksum.absorb(piece)
            length += piece.count
            try body(piece)
        }
        var inflater = Inflater(.raw)
        try file.forEachPiece(in: start..<(start + member.packedLength)) { (piece) throws(ReadFailure) in
            try look(piece)
            if member.packing == .stored { try take(piece) } else { try check(inflater.feed(piece, take)) }
        }
        if member.packing == .deflated { try check(inflater.finish()) }
        guard length == member.length, checksum.value == member.checksum else {
            throw broken("this file of the zip is damaged: its checksum is another; it must be written anew")
        }
    }

    private func check(_ fault: CompressionFault?) throws(ReadFailure) {
        if let fault { throw broken(fault.reason) }
    }

    private func broken(_ reason: String) -> ReadFailure { ReadFailure(.unreadable, file: name, reason) }
}
