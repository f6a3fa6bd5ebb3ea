internal import SiltaCore
internal import SiltaFormats

/// What a server told when it was read last, and where to go on.
///
/// As text, with spaces between: `requests-1`, what decides its meaning (``Connector``), SHA-256 over what was read where that was
/// everything, else `-`, and a ``State`` as JSON.
struct RequestCursor: Hashable, Sendable {
    var meaning: Digest
    var content: Digest?
    var state: State

    struct State: Hashable, Sendable {
        /// When everything was read last, in seconds since 1970.
        var everything: Int
        /// By the server's clock, when the last reading began; in seconds since 1970.
        var since: Int
        /// The days that the manifest said it covers.
        var claim = ""
        /// The version that the last reading went to, by what was asked for it.
        var versions: [String: String] = [:]
        /// What the answer is known by of each stream that was one page, by its name; complete or empty.
        var validators: [String: Validator] = [:]
    }

    /// Of an answer: asked with, it costs nothing where nothing has changed.
    enum Validator: Hashable, Sendable {
        case etag(String)
        case modified(String)
    }
}

extension RequestCursor.State {
    /// Has the next poll go on from where this one did, or where this one read everything, read everything the day after.
    ///
    /// - Parameters:
    ///   - earlier: what was known before.
    ///   - every: how often everything is read.
    mutating func tellAgain(after earlier: RequestCursor.State?, _ reach: Reach, _ every: Duration?) {
        switch (reach, earlier) {
        case (.changes, let earlier?): (since, versions) = (earlier.since, earlier.versions)
        default: everything -= max(0, Int((every ?? .zero).components.seconds) - 86_400)
        }
    }
}

extension RequestCursor: LosslessStringConvertible {
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 3)
        guard parts.count == 4, parts[0] == "requests-1", let json = try? JSON.parse(String(parts[3])),
            let everything = json["everything"]?.integer, let since = json["since"]?.integer
        else { return nil }
        var state = State(everything: Int(everything), since: Int(since), claim: json["claim"]?.string ?? "")
        for member in json["versions"]?.members ?? [] { state.versions[member.name] = member.value.string }
        for member in json["validators"]?.members ?? [] {
            if let etag = member.value["etag"]?.string { state.validators[member.name] = .etag(etag) }
            if let modified = member.value["modified"]?.string { state.validators[member.name] = .modified(modified) }
        }
        self.init(meaning: Digest(String(parts[1])), content: parts[2] == "-" ? nil : Digest(String(parts[2])), state: state)
    }

    var description: String {
        let versions = state.versions.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
        let validators = state.validators.sorted { $0.key < $1.key }.map { name, validator in
            switch validator {
            case .etag(let text): JSON.Member(name, ["etag": .string(text)])
            case .modified(let text): JSON.Member(name, ["modified": .string(text)])
            }
        }
        let json: JSON = [
            "everything": .integer(Int64(state.everything)), "since": .integer(Int64(state.since)), "claim": .string(state.claim),
            "versions": .object(versions),
            "validators": .object(validators),
        ]
        return "requests-1 \(meaning) \(content?.rawValue ?? "-") \(json.text)"
    }
}

extension RequestCursor.Validator {
    /// What is asked with.
    var header: (name: String, value: String) {
        switch self {
        case .etag(let text): ("If-None-Match", text)
        case .modified(let text): ("If-Modified-Since", text)
        }
    }

    /// - Returns: nil where the answer cannot be known again: without either, or where it has changed so shortly before that it may change
    ///   once more within the same second.
    init?(_ answer: WebAnswer) {
        if let etag = answer.header("ETag"), RequestCursor.Validator.isPrintable(etag) {
            self = .etag(etag)
        } else if let text = answer.header("Last-Modified"), RequestCursor.Validator.isPrintable(text), let modified = answer.modified,
            let date = answer.date,
            modified <= date - 60
        {
            self = .modified(text)
        } else {
            return nil
        }
    }

    /// What is written into a request of another day must not break out of its line, nor fill the log.
    private static func isPrintable(_ text: String) -> Bool {
        text.utf8.count <= 256 && text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
    }
}
