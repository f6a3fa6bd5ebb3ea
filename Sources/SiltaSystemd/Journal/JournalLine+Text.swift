extension JournalLine {
    /// For a person at a terminal, or a collector that is not the journal, without a newline at the end:
    /// `2026-11-22T21:09:24.123Z warning The register did not answer. [provider: kuusela, source: primus]`.
    func text(at time: UTCTime) -> String {
        let facts = fields.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
        return "\(time) \(priority) \(sentence)\(facts.isEmpty ? "" : " [\(facts)]")".onOneLine
    }
}

extension String {
    /// With a space for every newline or tab, and U+FFFD for what else could steer a terminal.
    var onOneLine: String {
        var line = ""
        for scalar in unicodeScalars {
            switch (scalar, scalar.properties.generalCategory) {
            case ("\n", _), ("\r", _), ("\t", _), (_, .lineSeparator), (_, .paragraphSeparator): line.unicodeScalars.append(" ")
            case (_, .control): line.unicodeScalars.append("\u{FFFD}")
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// At most so many bytes, with a mark at the end if something is left out.
    func shortened(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let mark = "… [shortened]"
        var end = utf8.index(startIndex, offsetBy: max(0, limit - mark.utf8.count))
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return self[..<end] + mark
    }
}
