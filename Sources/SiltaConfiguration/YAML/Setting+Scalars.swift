public import SiltaCore

extension Setting {
    /// The text as it is written.
    ///
    /// - Parameter allowingEmpty: Whether `""` will do. Nothing at all, `~` and `null` never do.
    public func string(allowingEmpty: Bool = false) throws(ConfigurationError) -> String {
        guard case .scalar(let scalar) = content else { throw error("this must be text, not \(kind)") }
        guard !scalar.isNull, allowingEmpty || !scalar.text.isEmpty else { throw error("there is no value here") }
        return scalar.text
    }

    /// A whole number in decimal digits, in a range.
    public func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        try integer(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", isInRange: range.contains)
    }

    /// A whole number in decimal digits, not below a bound.
    public func integer(in range: PartialRangeFrom<Int>) throws(ConfigurationError) -> Int {
        try integer(expected: "a whole number, at least \(range.lowerBound)", isInRange: range.contains)
    }

    private func integer(expected: String, isInRange: (Int) -> Bool) throws(ConfigurationError) -> Int {
        let text = try string()
        guard text.utf8.first != UInt8(ascii: "+"), let number = Int(text), isInRange(number) else {
            throw refusal(of: text, expected: expected)
        }
        return number
    }

    /// `true` or `false`, and none of YAML's other words for them.
    public func boolean() throws(ConfigurationError) -> Bool {
        switch try string() {
        case "true": true
        case "false": false
        case let text: throw refusal(of: text, expected: "true or false")
        }
    }

    /// `yyyy-MM-dd`.
    public func date() throws(ConfigurationError) -> LocalDate {
        let text = try string()
        guard let date = LocalDate(text) else { throw refusal(of: text, expected: "a date, year-month-day, such as 2026-08-12") }
        return date
    }

    /// One of the raw values of a type.
    public func choice<Value: RawRepresentable<String> & CaseIterable>(of type: Value.Type) throws(ConfigurationError) -> Value {
        let text = try string()
        if let value = Value(rawValue: text) { return value }
        let words = Value.allCases.map(\.rawValue)
        throw refusal(of: text, expected: words.count == 1 ? words[0] : "one of " + words.joined(separator: ", "), nearestOf: words)
    }

    /// An error that says what the text should have been. The text is shown where it is short and does not look like a secret.
    ///
    /// - Parameters:
    ///   - expected: What would be right: `a date, such as 2026-08-12`.
    ///   - words: Where the right texts can be listed: the nearest of them is suggested.
    public func refusal(of text: String, expected: String, nearestOf words: [String] = []) -> ConfigurationError {
        let subject = Setting.isShowable(text) ? "\"\(text)\"" : "this"
        let suggestion = NearestWord.find(text, in: words).map { "; did you mean \"\($0)\"?" } ?? ""
        return error("\(subject) is not \(expected)\(suggestion)")
    }

    /// Short, on one line, and neither a webhook secret, a key nor an address with a password in it.
    private static func isShowable(_ text: String) -> Bool {
        let secretMarks = ["whsec_", "://", "@", "BEGIN "]
        return text.utf8.count <= 40 && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            && !secretMarks.contains { text.contains($0) }
    }
}
