import SiltaFormats

/// What a caller of the daemon asks: the words of a command line, of the same program and about the same state.
struct Request {
    let version: String
    /// The folder that the caller's configuration names: whoever rehearses in another one must not reach the real one.
    let state: String
    let arguments: [String]

    /// More words are no command.
    private static let maximumWords = 200

    var json: JSON { ["silta": version.json, "state": state.json, "arguments": arguments.json] }

    init(version: String, state: String, arguments: [String]) {
        self.version = version
        self.state = state
        self.arguments = arguments
    }

    /// - Throws: ``UsageError`` where the line is not a request.
    init(line: [UInt8]) throws {
        guard let json = try? JSON.parse(line), let version = try? json.read("silta", as: String.self),
            let state = try? json.read("state", as: String.self), let arguments = try? json.read("arguments", as: [String].self),
            arguments.count <= Request.maximumWords
        else { throw UsageError("the daemon does not understand the request; is it of another version of silta? Restart it") }
        self.init(version: version, state: state, arguments: arguments)
    }

    /// - Throws: ``UsageError`` where another daemon was meant.
    func require(version: String, state: String) throws {
        guard self.version == version else {
            throw UsageError("the daemon is silta \(version) and this is \(self.version): restart the daemon")
        }
        guard self.state == state else {
            throw UsageError("the daemon on this socket keeps its state in \(state), and this configuration in \(self.state)")
        }
    }
}
