internal import SiltaCore

/// What a file on a server is known by.
///
/// As text: size in bytes, ETag, and when it was modified as the server says it, with `;` between them; `%3B` is `;` in those.
public struct RemoteStamp: Hashable, Sendable {
    public var size: Int
    public var etag: String?
    public var modified: String?

    public init(size: Int, etag: String?, modified: String?) {
        self.size = size
        self.etag = etag
        self.modified = modified
    }

    /// Whether the server can say that it is still the same.
    var canBeAsked: Bool { etag != nil || modified != nil }

    /// In nanoseconds since 1970; nil where the server tells none, or not in seconds or as HTTP does, or one that no file has.
    var modificationTime: Int? {
        guard let modified, let seconds = Int(modified) ?? RemoteStamp.seconds(modified), (0...0xFFFF_FFFF).contains(seconds) else {
            return nil
        }
        return seconds * 1_000_000_000
    }

    /// Of a date such as "Sun, 06 Nov 1994 08:49:37 GMT".
    private static func seconds(_ text: String) -> Int? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(whereSeparator: { $0 == " " || $0 == ":" })
        guard parts.count == 8, let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
            let hour = UInt8(parts[4]), let minute = UInt8(parts[5]), let second = UInt8(parts[6]),
            let date = LocalDate(year: year, month: month + 1, day: day), let first = LocalDate(year: 1970, month: 1, day: 1)
        else { return nil }
        let days = Int(date.dayNumber - first.dayNumber)
        return ((days * 24 + Int(hour)) * 60 + Int(minute)) * 60 + Int(second)
    }
}

extension RemoteStamp: Stamp {
    static let form = "1-remote"

    public init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { RemoteStamp.unescaped($0) }
        guard parts.count == 3, let size = Int(parts[0]) else { return nil }
        self.init(size: size, etag: parts[1].isEmpty ? nil : parts[1], modified: parts[2].isEmpty ? nil : parts[2])
    }

    public var description: String { "\(size);\(RemoteStamp.escaped(etag ?? ""));\(RemoteStamp.escaped(modified ?? ""))" }

    /// Without the characters that separate.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "%": "%25"
            case ";": "%3B"
            case " ": "%20"
            default: String(character)
            }
        }.joined()
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let character = rest.popFirst() {
            switch character == "%" ? rest.prefix(2) : "" {
            case "25": result += "%"
            case "3B": result += ";"
            case "20": result += " "
            default:
                result.append(character)
                continue
            }
            rest = rest.dropFirst(2)
        }
        return result
    }
}
