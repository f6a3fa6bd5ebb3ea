internal import SiltaCore

/// A date with a time, as registers write it: RFC 3339, or `yyyy-MM-dd HH:mm` with or without seconds. Without a zone it is what the
/// clock on the wall shows.
struct WrittenMoment: Hashable, Sendable {
    var date: LocalDate
    var secondOfDay: Int
    /// Minutes east of UTC, where it says so.
    var offset: Int?

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = Digits(bytes)
        guard let year = rest.number(4), rest.take("-"), let month = rest.number(2), rest.take("-"), let day = rest.number(2),
            DateFormat.years.contains(year), let date = LocalDate(year: year, month: month, day: day),
            rest.take("T") || rest.take("t") || rest.take(" "), let hour = rest.number(2), hour < 24, rest.take(":"),
            let minute = rest.number(2), minute < 60
        else { return nil }
        var second = 0
        if rest.take(":") {
            guard let number = rest.number(2), number < 61 else { return nil }
            second = min(number, 59)
            if rest.take(".") || rest.take(",") { guard rest.skipDigits() else { return nil } }
        }
        if rest.take("Z") || rest.take("z") {
            offset = 0
        } else if let sign = rest.take("+") ? 1 : rest.take("-") ? -1 : nil {
            guard let hours = rest.number(2), hours < 24 else { return nil }
            let hasColon = rest.take(":")
            var minutes = 0
            if hasColon || !rest.isAtEnd {
                guard let number = rest.number(2), number < 60 else { return nil }
                minutes = number
            }
            offset = sign * (hours * 60 + minutes)
        }
        guard rest.isAtEnd else { return nil }
        self.date = date
        secondOfDay = (hour * 60 + minute) * 60 + second
    }

    /// As the clock on the wall shows it.
    func local(_ clock: LocalClock) -> (date: LocalDate, second: Int) {
        guard let instant else { return (date, secondOfDay) }
        return clock.local(instant)
    }

    /// Seconds since 1970-01-01T00:00:00Z, where it says in which zone it is.
    private var instant: Int64? {
        offset.map { Int64(date.dayNumber) * 86_400 + Int64(secondOfDay) - Int64($0) * 60 }
    }

    /// Between moments that both say their zone the time that has passed, else what the clock on the wall shows.
    func seconds(through other: WrittenMoment, _ clock: LocalClock) -> Int {
        if let instant, let end = other.instant { return Int(end - instant) }
        let (first, last) = (local(clock), other.local(clock))
        return Int(last.date.dayNumber - first.date.dayNumber) * 86_400 + last.second - first.second
    }

    private struct Digits {
        private let bytes: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
            position += 1
            return true
        }

        mutating func number(_ count: Int) -> Int? {
            guard position + count <= bytes.count else { return nil }
            let number = DecimalDigits.number(UnsafeBufferPointer(rebasing: bytes[position..<position + count]))
            position += count
            return number
        }

        mutating func skipDigits() -> Bool {
            let start = position
            while position < bytes.count, DecimalDigits.digit(bytes[position]) != nil { position += 1 }
            return position > start
        }
    }
}
