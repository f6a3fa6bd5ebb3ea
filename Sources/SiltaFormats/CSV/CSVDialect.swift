/// How the lines of a CSV file are divided into fields, and which of them are rows.
public struct CSVDialect: Hashable, Sendable {
    public enum Quoting: String, CaseIterable, Sendable {
        /// No quoting at all: a `"` is data, and a separator or a line end can stand in no field.
        case none
        /// RFC 4180: a field that begins with `"` ends with one, and `""` in between is one `"`.
        case rfc4180
    }

    /// One ASCII byte, such as `;`.
    public var separator: UInt8
    public var quoting: Quoting

    /// Whether the first row names the columns; else they are called `1`, `2` and so on.
    public var hasHeader: Bool
    /// So many lines at the start are neither header nor rows.
    public var preamble: Int
    /// So many rows at the end are none.
    public var footer: Int
    /// From the row that begins with this on, there are no more.
    public var footerStart: String?

    /// The longest footer, in rows: so many are held back.
    public static let footerLimit = 100

    public init(
        separator: UInt8 = UInt8(ascii: ";"), quoting: Quoting = .none, hasHeader: Bool = true, preamble: Int = 0, footer: Int = 0,
        footerStart: String? = nil
    ) {
        self.separator = separator
        self.quoting = quoting
        self.hasHeader = hasHeader
        self.preamble = preamble
        self.footer = footer
        self.footerStart = footerStart
    }
}
