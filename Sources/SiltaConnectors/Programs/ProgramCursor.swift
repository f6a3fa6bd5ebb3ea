internal import SiltaCore
internal import SiltaFormats

/// What a program told when it was read last, and the state that it is to go on from.
///
/// As text, with spaces between: `program-2`, what decides its meaning (``Connector``), SHA-256 over what it told, and as JSON its state,
/// where it gave one, and what it is to tell again.
struct ProgramCursor: Sendable {
    /// Something that it told could not be looked up: a day later it is to tell it again.
    struct Again: Sendable {
        /// From where.
        var state: JSON?
        /// When it told it last.
        var day: LocalDate
    }

    var meaning: Digest
    var content: Digest
    var state: JSON?
    var again: Again?
}

extension ProgramCursor {
    /// From where it is to go on.
    func state(on today: LocalDate) -> JSON? { isAgain(on: today) ? again?.state : state }

    /// What is to be told again, once it has gone on.
    ///
    /// - Parameters:
    ///   - isUnresolved: something of what it told now could not be looked up.
    ///   - given: the state that it went on from.
    static func again(
        after last: ProgramCursor?, isUnresolved: Bool, given: JSON?, on today: LocalDate
    ) -> Again? {
        if let last, let again = last.again {
            guard last.isAgain(on: today) else { return again }
            return isUnresolved ? Again(state: again.state, day: today) : nil
        }
        return isUnresolved ? Again(state: given, day: today) : nil
    }

    private func isAgain(on today: LocalDate) -> Bool { again.map { $0.day < today } ?? false }
}

extension ProgramCursor: LosslessStringConvertible {
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 3)
        guard parts.count == 4, parts[0] == "program-2", let json = try? JSON.parse(String(parts[3])) else { return nil }
        self.init(meaning: Digest(String(parts[1])), content: Digest(String(parts[2])), state: json["state"]?.optional)
        guard let again = json["again"], let day = again["day"]?.string.flatMap({ LocalDate($0) }) else { return }
        self.again = Again(state: again["state"]?.optional, day: day)
    }

    var description: String {
        let again = again.map { JSON.fields(["day": .string($0.day.description), "state": $0.state]) }
        return "program-2 \(meaning) \(content) \(JSON.fields(["state": state, "again": again]).text)"
    }
}
