/// One thing that is wrong in a file: where, and a sentence that says what would be right. Never a secret's value.
public struct ConfigurationProblem: Hashable, Sendable {
    /// The file's name as the caller gave it.
    public let file: String
    /// From 1.
    public let line: Int
    /// `providers[0].sources[1].config.location`; empty for the file as a whole.
    public let path: String
    /// Without a capital at its beginning and a full stop at its end: it stands behind the path.
    public let sentence: String

    public init(file: String, line: Int, path: String, sentence: String) {
        self.file = file
        self.line = line
        self.path = path
        self.sentence = sentence
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `silta.yaml:12: providers[0].evry: there is no such key; did you mean "every"?`
    public var description: String {
        path.isEmpty ? "\(file):\(line): \(sentence)" : "\(file):\(line): \(path): \(sentence)"
    }
}

/// Why a file was refused: everything that was found wrong in it, by line.
public struct ConfigurationError: Error, Equatable, Sendable {
    /// At least one, by line; at most `maximumProblemCount`.
    public let problems: [ConfigurationProblem]
    /// How many more there were.
    public let omittedCount: Int

    public static let maximumProblemCount = 100

    /// - Parameter problems: At least one; those past `maximumProblemCount` are only counted.
    public init(_ problems: [ConfigurationProblem]) {
        self.init(problems, omittedCount: 0)
    }

    public init(_ problem: ConfigurationProblem) {
        self.init([problem])
    }

    /// Everything that several readings of one file found.
    init(merging errors: [ConfigurationError]) {
        self.init(errors.flatMap(\.problems), omittedCount: errors.reduce(0) { $0 + $1.omittedCount })
    }

    private init(_ problems: [ConfigurationProblem], omittedCount: Int) {
        precondition(!problems.isEmpty, "an error without a problem says nothing")
        let byLine = problems.enumerated().sorted { one, other in
            (one.element.line, one.offset) < (other.element.line, other.offset)
        }
        self.problems = byLine.prefix(Self.maximumProblemCount).map(\.element)
        self.omittedCount = omittedCount + max(0, problems.count - Self.maximumProblemCount)
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// A line for each problem.
    public var description: String {
        var lines = problems.map(\.description)
        if omittedCount > 0 { lines.append("… and \(omittedCount) more") }
        return lines.joined(separator: "\n")
    }
}

/// The values of several readings, or the problems of all that failed.
///
/// - Throws: One `ConfigurationError` with the problems of every failed reading.
public func gather<each Value>(
    _ readings: repeat Result<each Value, ConfigurationError>
) throws(ConfigurationError) -> (repeat each Value) {
    var errors: [ConfigurationError] = []
    for reading in repeat each readings {
        if case .failure(let error) = reading { errors.append(error) }
    }
    guard errors.isEmpty else { throw ConfigurationError(merging: errors) }
    return (repeat try (each readings).get())
}
