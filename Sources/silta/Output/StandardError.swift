import Foundation

/// The process's own standard error.
enum StandardError {
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
}
