internal import SiltaConfiguration
public import SiltaFormats

/// How a file holds the rows of a stream.
public enum FileFormat: Hashable, Sendable {
    public enum Name: String, CaseIterable, Sendable {
        case csv, json
        case jsonLines = "json-lines"
        case xml
    }

    case csv(CSVDialect)
    /// - Parameter each: as of `JSONItems`.
    case json(ItemPath, each: String?)
    case jsonLines(each: String?)
    case xml(ElementPath, each: String?)

    /// Whether the first row names the columns; what is no table names them in each row.
    var hasHeader: Bool {
        if case .csv(let dialect) = self { dialect.hasHeader } else { true }
    }
}

extension CSVDialect {
    /// As `csv` of a manifest says it; what it does not say is as it is usual.
    init(_ setting: Setting) throws(ConfigurationError) {
        let keys = ["separator", "quoting", "header", "skip-lines", "skip-footer", "footer-starts"]
        self = try setting.read(allowing: keys) { (fields) throws(ConfigurationError) in
            let (separator, quoting, hasHeader, preamble, footer, footerStart) = try gather(
                fields.optional("separator", default: CSVDialect().separator, CSVDialect.separator),
                fields.optional("quoting", default: .none) { (setting) throws(ConfigurationError) in try setting.choice(of: Quoting.self) },
                fields.optional("header", default: true) { (setting) throws(ConfigurationError) in try setting.boolean() },
                fields.optional("skip-lines", default: 0) { (setting) throws(ConfigurationError) in try setting.integer(in: 0...1000) },
                fields.optional("skip-footer", default: 0) { (setting) throws(ConfigurationError) in
                    try setting.integer(in: 0...CSVDialect.footerLimit)
                },
                fields.optional("footer-starts", default: "", CSVDialect.footerStart))
            return CSVDialect(
                separator: separator, quoting: quoting, hasHeader: hasHeader, preamble: preamble, footer: footer,
                footerStart: footerStart.isEmpty ? nil : footerStart)
        }
    }

    private static func separator(_ setting: Setting) throws(ConfigurationError) -> UInt8 {
        let text = try setting.string()
        if text == "\\t" { return UInt8(ascii: "\t") }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, !"\"\r\n".utf8.contains(byte) else {
            throw setting.refusal(of: text, expected: "one ASCII character that may separate fields, such as \";\" or \"\\t\"")
        }
        return byte
    }

    /// ASCII is the same in all encodings of rows.
    private static func footerStart(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        guard text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
            throw setting.error("this must be how the first line of the footer begins, in ASCII, such as \"Errors:\"")
        }
        return text
    }
}
