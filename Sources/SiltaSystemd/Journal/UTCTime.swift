import Glibc

/// A moment as log lines show it, always in UTC.
struct UTCTime: CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    let milliseconds: Int64

    /// `2026-11-22T21:09:24.123Z`.
    var description: String {
        let time = civil
        let date = "\(padded(time.tm_year + 1900, 4))-\(padded(time.tm_mon + 1, 2))-\(padded(time.tm_mday, 2))"
        let fraction = Int32(milliseconds - seconds * 1000)
        return "\(date)T\(padded(time.tm_hour, 2)):\(padded(time.tm_min, 2)):\(padded(time.tm_sec, 2)).\(padded(fraction, 3))Z"
    }

    /// `21:09:24Z`.
    var clock: String { "\(padded(civil.tm_hour, 2)):\(padded(civil.tm_min, 2)):\(padded(civil.tm_sec, 2))Z" }

    private var seconds: Int64 { (milliseconds - (milliseconds < 0 ? 999 : 0)) / 1000 }

    private var civil: tm {
        var time = time_t(seconds)
        var civil = tm()
        gmtime_r(&time, &civil)
        return civil
    }

    private func padded(_ number: Int32, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
