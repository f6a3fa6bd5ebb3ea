internal import SiltaCore

/// What an export was, so that the same one is known again without being read.
///
/// As text, with spaces between: `1`, what decides its meaning (``Connector``), SHA-256 over its files, whether the stamps may be
/// trusted (`settled`, else `fresh`), and the stamp of each file.
struct ExportCursor: Hashable, Sendable {
    var meaning: Digest
    var content: Digest
    /// A file that had just been written may be written again and keep its stamp: then its bytes are looked at.
    var isSettled: Bool
    var stamps: [FileStamp]
}

extension ExportCursor: LosslessStringConvertible {
    init?(_ text: String) {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count > 4, parts[0] == "1", parts[3] == "settled" || parts[3] == "fresh" else { return nil }
        let stamps = parts[4...].compactMap { FileStamp($0) }
        guard stamps.count == parts.count - 4 else { return nil }
        self.init(meaning: Digest(parts[1]), content: Digest(parts[2]), isSettled: parts[3] == "settled", stamps: stamps)
    }

    var description: String {
        (["1", meaning.rawValue, content.rawValue, isSettled ? "settled" : "fresh"] + stamps.map(\.description)).joined(separator: " ")
    }
}
