import SiltaCore

/// The value of a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date of the form `Sun, 06 Nov 1994 08:49:37 GMT`.
enum RetryAfter {
    /// Nil where there is no header, or where it cannot be understood.
    static func duration(_ value: String?, from now: Instant) -> Duration? {
        guard let value else { return nil }
        if let seconds = UInt32(value) { return .seconds(Int64(seconds)) }
        let parts = value.split(separator: " ").map(String.init)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", parts[1].utf8.count == 2, let month = months.firstIndex(of: parts[2]),
            let until = Instant("\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z")
        else { return nil }
        return max(.zero, until - now)
    }
}
