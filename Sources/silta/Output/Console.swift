import Foundation
import SiltaFormats

/// Where answers and complaints go.
enum Console {
    static func say(_ line: String) {
        print(line)
    }

    static func say(_ json: JSON) {
        print(json.text)
    }

    static func complain(_ line: String) {
        // Where nobody can be told, nothing else fails for it.
        try? FileHandle.standardError.write(contentsOf: Data("silta: \(line)\n".utf8))
    }

    /// Progress of long work: only where somebody looks on.
    static func progress(_ what: String) -> (Int64, Int64) -> Void {
        guard isatty(STDERR_FILENO) != 0 else { return { _, _ in } }
        return { done, total in
            let end = done >= total ? "\n" : ""
            try? FileHandle.standardError.write(contentsOf: Data("\r\(what): \(done) of \(total)\(end)".utf8))
        }
    }

    /// Rows under a heading, in columns.
    static func table(_ heading: [String], _ rows: [[String]]) {
        let widths = heading.indices.map { column in ([heading] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [heading] + rows {
            let cells = zip(row, widths).map { cell, width in cell.padding(toLength: width, withPad: " ", startingAt: 0) }
            print(cells.joined(separator: "  ").trimmingSuffix(while: \.isWhitespace))
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, condition(last) { text.removeLast() }
        return String(text)
    }
}
