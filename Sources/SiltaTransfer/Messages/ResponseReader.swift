/// Puts a response together from the lines and pieces in which it arrives, and says when to stop.
struct ResponseReader {
    /// How many header fields are kept; later ones are passed over.
    static let fieldLimit = 100
    /// How many bytes of header and trailer lines a response may have, informational answers included.
    static let headerByteLimit = 65_536

    private let bodyLimit: Int
    private(set) var status: Int?
    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    /// Whether a final status and all its header fields are here: from then on the recipient's answer is known.
    private(set) var isAnswered = false
    /// Whether the body went beyond the limit.
    private(set) var bodyExceedsLimit = false
    private(set) var headersExceedLimit = false
    private var headerBytes = 0

    init(bodyLimit: Int) {
        self.bodyLimit = bodyLimit
    }

    /// Takes one line of the header block, its line end included. False: read no further.
    mutating func readHeader(_ line: some Collection<UInt8>) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Self.headerByteLimit else {
            headersExceedLimit = true
            return false
        }
        // Trailer fields come after the body; nothing here needs them.
        guard !isAnswered else { return true }

        let text = Self.trimmed(line)
        if text.isEmpty {
            isAnswered = (status ?? 0) >= 200
        } else if let status = Self.status(text) {
            self.status = status
            headers = HTTPHeaders()
        } else {
            readField(text, isFolded: Self.isBlank(line.first))
        }
        return true
    }

    /// Takes the next piece of the body. False: read no further.
    mutating func readBody(_ piece: some Collection<UInt8>) -> Bool {
        let room = bodyLimit - body.count
        body += piece.prefix(room)
        bodyExceedsLimit = piece.count > room
        return !bodyExceedsLimit
    }

    private mutating func readField(_ text: String, isFolded: Bool) {
        if isFolded {
            headers.unfold(text)
        } else if headers.fields.count < Self.fieldLimit, let colon = text.firstIndex(of: ":") {
            headers.append(String(text[..<colon]), Self.trimmed(text[text.index(after: colon)...].utf8))
        }
    }

    /// The code of a status line, `HTTP/1.1 200 OK`.
    private static func status(_ line: String) -> Int? {
        guard line.hasPrefix("HTTP/") else { return nil }
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[1].utf8.count == 3 else { return nil }
        return Int(words[1])
    }

    private static func trimmed(_ bytes: some Collection<UInt8>) -> String {
        let start = bytes.drop { isBlank($0) }
        var kept = Array(start)
        while isBlank(kept.last) { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8?) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
    }
}
