internal import SiltaCore

/// By what a file is known again without being read.
protocol Stamp: Hashable, Sendable, LosslessStringConvertible {
    /// With which word cursors of such stamps begin.
    static var form: String { get }
}

/// What an export was, so that the same one is known again without being read or fetched.
///
/// As text, with spaces between: the form of its stamps, what decides its meaning (``Connector``), SHA-256 over its files, whether the
/// stamps may be trusted (`settled`, else `fresh`), and the stamp of each file.
struct StampedCursor<S: Stamp>: Hashable, Sendable {
    var meaning: Digest
    var content: Digest
    /// A file that had just been written may be written again and keep its stamp: then its bytes are looked at.
    var isSettled: Bool
    var stamps: [S]
}

/// Of files of this machine.
typealias ExportCursor = StampedCursor<FileStamp>
/// Of files on a server.
typealias RemoteCursor = StampedCursor<RemoteStamp>

extension StampedCursor: LosslessStringConvertible {
    init?(_ text: String) {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count > 4, parts[0] == S.form, parts[3] == "settled" || parts[3] == "fresh" else { return nil }
        let stamps = parts[4...].compactMap { S($0) }
        guard stamps.count == parts.count - 4 else { return nil }
        self.init(meaning: Digest(parts[1]), content: Digest(parts[2]), isSettled: parts[3] == "settled", stamps: stamps)
    }

    var description: String {
        ([S.form, meaning.rawValue, content.rawValue, isSettled ? "settled" : "fresh"] + stamps.map(\.description))
            .joined(separator: " ")
    }
}
