internal import SiltaConfiguration
internal import SiltaCore

/// How a register writes dates. Years outside 1900…2199 are typing errors.
///
/// As text: `yyyy` or `yy`, `MM` or `M`, `dd` or `d` with separators between them or, padded, without: `d.M.yyyy` (padded or not),
/// `yyyy-MM-dd`, `yyyyMMdd`; `serial-1899-12-30`, days counted from that day as 0; `date-time`, see ``WrittenMoment``, of which an
/// instant is the date where the provider is.
public struct DateFormat: Sendable {
    private enum Piece: Hashable {
        case year(digits: Int)
        case month(isPadded: Bool)
        case day(isPadded: Bool)
        case separator(UInt8)
    }

    private enum Form {
        case pieces([Piece])
        case serial(Int32)
        case dateTime
        case wallTime
    }

    /// As a manifest writes it.
    public let text: String
    private let form: Form

    /// `12.8.2026` and `12.08.2026`.
    static let dayMonthYear = DateFormat(
        text: "d.M.yyyy",
        form: .pieces([.day(isPadded: false), .separator(46), .month(isPadded: false), .separator(46), .year(digits: 4)]))
    /// `2026-08-12`.
    static let iso8601 = DateFormat(
        text: "yyyy-MM-dd",
        form: .pieces([.year(digits: 4), .separator(45), .month(isPadded: true), .separator(45), .day(isPadded: true)]))

    static let years = 1900...2199
    static let firstDay = LocalDate(year: years.lowerBound, month: 1, day: 1) ?? LocalDate(dayNumber: 0)

    private init(text: String, form: Form) {
        self.text = text
        self.form = form
    }

    init(_ setting: Setting) throws(ConfigurationError) {
        let text = try setting.string()
        if text == "date-time" {
            self.init(text: text, form: .dateTime)
        } else if text == "date-time-without-zone" {
            self.init(text: text, form: .wallTime)
        } else if text.hasPrefix("serial-"), let first = LocalDate(text.dropFirst("serial-".count)) {
            self.init(text: text, form: .serial(first.dayNumber))
        } else if let pieces = DateFormat.pieces(of: text) {
            self.init(text: text, form: .pieces(pieces))
        } else {
            throw setting.refusal(
                of: text,
                expected: "a way to write dates: yyyy or yy, MM or M and dd or d with separators, yyyyMMdd, serial-1899-12-30, or date-time"
            )
        }
    }

    /// What is right, for sentences.
    var example: String {
        guard !text.hasPrefix("date-time") else { return TimeFormat.dateTime.example }
        return "a date, \(text), of a year from \(DateFormat.years.lowerBound) to \(DateFormat.years.upperBound)"
    }

    private static func pieces(of text: String) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = Array(text.utf8)[...]
        while let letter = rest.first {
            let count = rest.prefix { $0 == letter }.count
            rest = rest.dropFirst(count)
            switch (letter, count) {
            case (UInt8(ascii: "y"), 2), (UInt8(ascii: "y"), 4): pieces.append(.year(digits: count))
            case (UInt8(ascii: "M"), 1...2): pieces.append(.month(isPadded: count == 2))
            case (UInt8(ascii: "d"), 1...2): pieces.append(.day(isPadded: count == 2))
            case (0x20...0x2F, 1), (UInt8(ascii: ":"), 1): pieces.append(.separator(letter))
            default: return nil
            }
        }
        func count(_ isOne: (Piece) -> Bool) -> Int { pieces.count(where: isOne) }
        let years = count { if case .year = $0 { true } else { false } }
        let months = count { if case .month = $0 { true } else { false } }
        let days = count { if case .day = $0 { true } else { false } }
        guard (years, months, days) == (1, 1, 1) else { return nil }
        // Where digits follow each other, each must know where it ends.
        for (piece, next) in zip(pieces, pieces.dropFirst()) where piece == .month(isPadded: false) || piece == .day(isPadded: false) {
            guard case .separator = next else { return nil }
        }
        return pieces
    }

    func date(_ bytes: UnsafeBufferPointer<UInt8>, _ clock: LocalClock = .standard) -> LocalDate? {
        switch form {
        case .pieces(let pieces): return DateFormat.date(bytes, pieces)
        case .serial(let first):
            // What stands behind a point is the time of the day.
            let end = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.count
            guard bytes[end...].dropFirst().allSatisfy({ DecimalDigits.digit($0) != nil }),
                let days = DecimalDigits.number(UnsafeBufferPointer(rebasing: bytes[..<end]), upTo: 6)
            else { return nil }
            let date = LocalDate(dayNumber: first + Int32(days))
            return DateFormat.years.contains(date.components.year) ? date : nil
        case .dateTime: return WrittenMoment(bytes)?.local(clock).date
        case .wallTime: return WrittenMoment(bytes)?.date
        }
    }

    private static func date(_ bytes: UnsafeBufferPointer<UInt8>, _ pieces: [Piece]) -> LocalDate? {
        var position = 0
        func number(_ range: ClosedRange<Int>) -> Int? {
            var (number, count) = (0, 0)
            while count < range.upperBound, position < bytes.count, let digit = DecimalDigits.digit(bytes[position]) {
                number = number * 10 + digit
                count += 1
                position += 1
            }
            return count < range.lowerBound ? nil : number
        }
        var (year, month, day) = (0, 0, 0)
        for piece in pieces {
            switch piece {
            case .year(let digits):
                guard let number = number(digits...digits) else { return nil }
                // As POSIX has it.
                year = digits == 4 ? number : number + (number < 69 ? 2000 : 1900)
            case .month(let isPadded):
                guard let number = number(isPadded ? 2...2 : 1...2) else { return nil }
                month = number
            case .day(let isPadded):
                guard let number = number(isPadded ? 2...2 : 1...2) else { return nil }
                day = number
            case .separator(let byte):
                guard position < bytes.count, bytes[position] == byte else { return nil }
                position += 1
            }
        }
        guard position == bytes.count, years.contains(year) else { return nil }
        return LocalDate(year: year, month: month, day: day)
    }
}
