import SiltaFormats

/// One line of the daemon's answer to a command.
enum Frame: Hashable {
    /// For standard output.
    case out(String)
    /// For standard error.
    case err(String)
    /// The last one: what the command ends with.
    case exit(Int32)

    func write(into bytes: inout [UInt8]) {
        let json: JSON =
            switch self {
            case .out(let line): ["out": line.json]
            case .err(let line): ["err": line.json]
            case .exit(let code): ["exit": Int(code).json]
            }
        json.write(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// - Throws: where the line is none of these.
    init(line: [UInt8]) throws {
        let json = try JSON.parse(line)
        if let out = json["out"]?.string {
            self = .out(out)
        } else if let err = json["err"]?.string {
            self = .err(err)
        } else if let code = json["exit"]?.integer {
            self = .exit(Int32(clamping: code))
        } else {
            throw EntryError("the daemon answered what this version of silta does not know")
        }
    }
}
