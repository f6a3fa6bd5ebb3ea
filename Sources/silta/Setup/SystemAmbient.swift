import Foundation
import SiltaCore
import SiltaDaemon

extension Ambient {
    /// The system's clock and randomness.
    static let systemTime: @Sendable () -> Instant = { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    static func system(timezone: TimeZone) -> Ambient {
        Ambient(
            now: systemTime, trueTime: systemTime,
            date: { instant in
                let seconds = Double(instant.milliseconds) / 1000
                let offset = timezone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds))
                return LocalDate(dayNumber: Int32(((seconds + Double(offset)) / 86_400).rounded(.down)))
            },
            randomBytes: { count in
                // Eight bytes at a time: each number is a call of the kernel.
                var generator = SystemRandomNumberGenerator()
                var bytes: [UInt8] = []
                bytes.reserveCapacity(count + 7)
                while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
                bytes.removeLast(bytes.count - count)
                return bytes
            })
    }
}
