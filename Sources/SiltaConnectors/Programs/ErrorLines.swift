/// Makes lines with a level of what a program writes to standard error: `E! W! I! D!` before a line say which, and a line without any
/// is information. Bounded in the length of a line and in their number.
struct ErrorLines {
    /// A longer line is cut.
    private static let lineLimit = 4096
    /// More than these, in one poll, are left out.
    static let countLimit = 1000

    private let secrets: SecretValues
    private let tell: (ProgramHost.Line) -> Void
    private var line: [UInt8] = []
    private var count = 0
    /// Whether any was an error.
    private(set) var hasError = false

    init(secrets: SecretValues, tell: @escaping (ProgramHost.Line) -> Void) {
        self.secrets = secrets
        self.tell = tell
    }

    mutating func feed(_ piece: UnsafeRawBufferPointer) {
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            endLine()
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    /// Tells the last line, where no line end followed it, and how many were left out.
    mutating func finish() {
        endLine()
        if count > ErrorLines.countLimit {
            tell(.init(.warning, "\(count - ErrorLines.countLimit) more lines of the program's standard error are left out"))
        }
    }

    /// So much is kept that a secret at the cut is whole, and is found.
    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let room = ErrorLines.lineLimit + secrets.longest - line.count
        if room > 0 { line.append(contentsOf: bytes.prefix(room)) }
    }

    private mutating func endLine() {
        defer { line.removeAll(keepingCapacity: true) }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty else { return }
        var level = ProgramHost.Line.Level.info
        var text = line[...]
        if text.count >= 2, text[1] == UInt8(ascii: "!"), let named = ProgramHost.Line.Level(rawValue: Character(Unicode.Scalar(text[0]))) {
            level = named
            text = text.dropFirst(2)
        }
        if level == .error { hasError = true }
        count += 1
        guard count <= ErrorLines.countLimit else { return }
        tell(.init(level, ErrorLines.shown(secrets.blanked(text, first: ErrorLines.lineLimit))))
    }

    /// On one line, and nothing that could steer a terminal.
    static func shown(_ bytes: [UInt8]) -> String {
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: text.append(" ")
            default: text.append(scalar)
            }
        }
        return String(text).trimming()
    }
}

extension String {
    /// Without spaces around it.
    fileprivate func trimming() -> String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
