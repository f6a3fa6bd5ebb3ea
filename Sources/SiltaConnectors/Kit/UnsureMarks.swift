internal import Foundation

/// The places of a connector that whoever began it was not sure of: comments that begin with `unsure`.
public struct UnsureMarks: Sendable {
    public struct Mark: Hashable, Sendable {
        public var file: String
        /// From 1.
        public var line: Int
        /// What stands behind the word.
        public var text: String
    }

    public let marks: [Mark]

    /// - Parameter folder: the connector's.
    public init(folder: String) {
        var marks: [Mark] = []
        let examples = FileSystem.names(in: "\(folder)/examples").map { "examples/\($0)/config.yaml" }
        for name in [Manifest.fileName, "source.yaml"] + examples where FileSystem.isRegularFile("\(folder)/\(name)") {
            guard let text = try? FileSystem.text(folder: folder, name: name) else { continue }
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard let range = line.range(of: "# unsure") else { continue }
                let rest = line[range.upperBound...].drop { $0 == ":" || $0 == " " }
                marks.append(Mark(file: "\(folder)/\(name)", line: index + 1, text: String(rest)))
            }
        }
        self.marks = marks
    }
}
