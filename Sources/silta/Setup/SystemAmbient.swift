import Foundation
import SiltaCore
import SiltaDaemon

extension Ambient {
    /// The system's clock and randomness.
    ///
    /// - Parameters:
    ///   - timezone: a name of the tz database.
    ///   - played: a moment to play instead of now.
    static func system(timezone: TimeZone, played: Instant? = nil) -> Ambient {
        let trueTime: @Sendable () -> Instant = {
            Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }
        let now: @Sendable () -> Instant = if let played { { played } } else { trueTime }
        return Ambient(
            now: now, trueTime: trueTime,
            date: { instant in
                let seconds = Double(instant.milliseconds) / 1000
                let offset = timezone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))
                return LocalDate(dayNumber: Int32(((seconds + Double(offset)) / 86_400).rounded(.down)))
            },
            randomBytes: { count in
                var generator = SystemRandomNumberGenerator()
                return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            })
    }
}
