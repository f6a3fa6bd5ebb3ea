internal import SiltaCore

/// What a value looks like, by itself.
enum ValueForm: Hashable {
    case date(String), time, integer, decimal, identityCode, learnerNumber, organisation, instant, text

    static let dateFormats = ["d.M.yyyy", "yyyy-MM-dd", "d/M/yyyy", "yyyyMMdd"]

    static func of(_ value: String) -> ValueForm {
        let bytes = Array(value.utf8)
        guard let first = bytes.first, bytes.count <= 40 else { return .text }
        if PersonalIdentityCode.isValid(value) { return .identityCode }
        if LearnerNumber.isValid(value) { return .learnerNumber }
        if value.hasPrefix("1.2.246.562.10.") { return .organisation }
        guard isDigit(first) || first == UInt8(ascii: "-") else { return .text }
        if bytes.allSatisfy(isDigit) {
            return bytes.count == 8 && isDate(year: bytes[..<4], month: bytes[4..<6], day: bytes[6...]) ? .date("yyyyMMdd") : .integer
        }
        if let parts = parts(bytes, UInt8(ascii: ".")), isDate(year: parts[2], month: parts[1], day: parts[0]) { return .date("d.M.yyyy") }
        if let parts = parts(bytes, UInt8(ascii: "/")), isDate(year: parts[2], month: parts[1], day: parts[0]) { return .date("d/M/yyyy") }
        if let parts = parts(Array(bytes.prefix(10)), UInt8(ascii: "-")), isDate(year: parts[0], month: parts[1], day: parts[2]) {
            return bytes.count == 10 ? .date("yyyy-MM-dd") : .instant
        }
        let clock = value.split(whereSeparator: { $0 == ":" || $0 == "." })
        if (2...3).contains(clock.count), bytes.count >= 4, value.contains(":") || clock[1].count == 2,
            clock.allSatisfy({ (1...2).contains($0.count) && $0.utf8.allSatisfy(isDigit) }), (Int(clock[0]) ?? 99) < 24,
            (Int(clock[1]) ?? 99) < 60
        {
            return .time
        }
        let number = bytes.drop { $0 == UInt8(ascii: "-") }.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".")
        }
        return number.count <= 2 && number.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) ? .decimal : .text
    }

    private static func parts(_ bytes: [UInt8], _ separator: UInt8) -> [ArraySlice<UInt8>]? {
        let parts = bytes.split(separator: separator, omittingEmptySubsequences: false)
        return parts.count == 3 ? parts : nil
    }

    private static func isDate(year: ArraySlice<UInt8>, month: ArraySlice<UInt8>, day: ArraySlice<UInt8>) -> Bool {
        guard year.count == 4, (1...2).contains(month.count), (1...2).contains(day.count), let year = number(year),
            let month = number(month), let day = number(day), DateFormat.years.contains(year)
        else { return false }
        return LocalDate(year: year, month: month, day: day) != nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { DecimalDigits.number($0, upTo: 4) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

/// What the values of a column look like, taken together.
struct ColumnProfile {
    let name: String
    /// The one form of all values that are there; nil where they differ, or there are none.
    let form: ValueForm?
    let isUnique: Bool
    /// In some rows there is no value.
    let hasGaps: Bool
    /// The values and how often each stands there, the most frequent first; none where there are too many to be codes.
    let codes: [String]
    let largest: Int?
    /// How times of day are written; nil where they are not, or as usual.
    let times: TimeFormat?
    let decimalSign: NumberFormat.DecimalSign
    /// Of a length, where the name says it.
    var unit: NumberFormat.Unit? { FieldWords.unit(name) }

    /// More different values are no codes.
    static let codeLimit = 60

    init(_ name: String, _ values: [String]) {
        self.name = name
        let filled = values.filter { !$0.isEmpty }
        let forms = Set(filled.prefix(5000).map(ValueForm.of))
        let counts = Dictionary(filled.map { ($0, 1) }, uniquingKeysWith: +)
        if forms.count == 1 {
            form = forms.first
        } else if !forms.isEmpty, forms.isSubset(of: [.integer, .decimal]) {
            form = .decimal
        } else {
            form = nil
        }
        isUnique = !filled.isEmpty && counts.count == filled.count
        hasGaps = filled.count < values.count
        let areCodes = counts.count <= ColumnProfile.codeLimit && (counts.count * 2 <= filled.count || filled.count < 40)
        codes = areCodes ? counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key) : []
        if form != .time {
            times = nil
        } else if filled.allSatisfy({ $0.contains(".") }) {
            times = .point
        } else {
            times = filled.allSatisfy { $0.count { $0 == ":" } == 2 } ? .seconds : nil
        }
        decimalSign = filled.contains { $0.contains(",") } ? .comma : .point
        largest = form == .integer ? filled.compactMap { Int($0) }.max() : nil
    }

    var isDate: Bool { if case .date? = form { true } else { form == .instant } }
}
