import SiltaFormats

/// What a caller of the daemon asks: the words of a command line.
struct Request {
    let arguments: [String]

    /// More words are no command.
    private static let maximumWords = 200

    /// - Throws: ``UsageError`` where the line is not a request of this version.
    init(line: [UInt8]) throws {
        guard let json = try? JSON.parse(line), json["silta"]?.integer == 1,
            let arguments = try? json.read("arguments", as: [String].self), arguments.count <= Request.maximumWords
        else { throw UsageError("the daemon does not understand the request: another version of silta asks; restart the daemon") }
        self.arguments = arguments
    }
}
