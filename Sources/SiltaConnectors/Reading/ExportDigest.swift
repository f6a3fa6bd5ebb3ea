internal import SiltaCore
internal import SiltaFormats

/// SHA-256 over the files of an export, each a part once, however many streams are read from it.
struct ExportDigest {
    private var digest = FileDigest()
    private var seen: Set<ObjectIdentifier> = []

    /// Takes in the files of an export that were not gone through yet, up to and with this one.
    ///
    /// - Returns: whether whoever goes through the file is to absorb it, and end it as a part.
    mutating func begins(_ file: RegisterFile) -> Bool { seen.insert(ObjectIdentifier(file)).inserted }

    mutating func absorb(_ piece: UnsafeRawBufferPointer) { digest.absorb(piece) }

    mutating func endPart() { digest.endPart() }

    /// Goes through the file, if nobody has.
    mutating func take(_ file: RegisterFile, step: () throws(ReadFailure) -> Void) throws(ReadFailure) {
        guard begins(file) else { return }
        try file.forEachPiece { (piece) throws(ReadFailure) in
            try step()
            digest.absorb(piece)
        }
        digest.endPart()
    }

    func finish() -> Digest { digest.finish() }
}
