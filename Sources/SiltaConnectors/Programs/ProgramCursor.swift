internal import SiltaCore
internal import SiltaFormats

/// What a program told when it was read last, and the state that it is to go on from.
///
/// As text, with spaces between: `program-1`, what decides its meaning (``Connector``), SHA-256 over what it told, and its state as
/// JSON, `null` where it gave none.
struct ProgramCursor: Sendable {
    var meaning: Digest
    var content: Digest
    var state: JSON?
}

extension ProgramCursor: LosslessStringConvertible {
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 3)
        guard parts.count == 4, parts[0] == "program-1", let state = try? JSON.parse(String(parts[3])) else { return nil }
        self.init(meaning: Digest(String(parts[1])), content: Digest(String(parts[2])), state: state.optional)
    }

    var description: String { "program-1 \(meaning) \(content) \((state ?? .null).text)" }
}
