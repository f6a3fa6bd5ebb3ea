/// How the lines of a CSV file are divided into fields.
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

    public init(separator: UInt8 = UInt8(ascii: ";"), quoting: Quoting = .none) {
        self.separator = separator
        self.quoting = quoting
    }
}
