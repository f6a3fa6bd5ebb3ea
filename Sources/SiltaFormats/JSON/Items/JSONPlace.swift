/// One value of a JSON document, found where it stands, without making values of the rest.
public struct JSONPlace: Hashable, Sendable {
    private let steps: [String]

    /// - Parameter path: where it stands.
    /// - Returns: nil where the path goes over every element of a list.
    public init?(_ path: ItemPath) {
        var steps: [String] = []
        for step in path.steps {
            guard case .name(let name) = step else { return nil }
            steps.append(name)
        }
        self.steps = steps
    }

    public enum Finding: Hashable, Sendable {
        /// As it is written.
        case value(Range<Int>)
        /// All before the last step is there.
        case missing
        /// Something else stands on the way, or nothing does.
        case noWay
    }

    /// Where in the document it stands. Of the rest of the document, only what lies before it is gone through.
    public func find(in document: UnsafeBufferPointer<UInt8>) -> Finding {
        var scanner = MessageScanner(document)
        // A byte order mark.
        let skipped = document.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if skipped > 0 { scanner = MessageScanner(UnsafeBufferPointer(rebasing: document[skipped...])) }
        for (index, step) in steps.enumerated() {
            switch enter(step, &scanner) {
            case true?: continue
            case false?: return index == steps.count - 1 ? .missing : .noWay
            case nil: return .noWay
            }
        }
        guard let range = scanner.value() else { return .noWay }
        return .value((range.lowerBound + skipped)..<(range.upperBound + skipped))
    }

    /// The text of a string or number there; nil where there is none, it is null or empty, or something else stands there.
    public func text(in document: [UInt8]) -> String? {
        document.withUnsafeBufferPointer { document in
            guard case .value(let range) = find(in: document), let json = try? JSON.parse(document[range]) else { return nil }
            // As some servers write that there is none.
            if json.bool == false { return nil }
            let text = json.scalarText
            return text?.isEmpty == true ? nil : text
        }
    }

    /// - Returns: whether it is there; nil where what stands here has no members or elements.
    private func enter(_ step: String, _ scanner: inout MessageScanner) -> Bool? {
        if scanner.take(UInt8(ascii: "[")) {
            guard let wanted = Int(step) else { return nil }
            if scanner.take(UInt8(ascii: "]")) { return false }
            var index = 0
            while index < wanted {
                guard scanner.value() != nil else { return nil }
                guard scanner.take(UInt8(ascii: ",")) else { return false }
                index += 1
            }
            return true
        }
        guard scanner.take(UInt8(ascii: "{")) else { return nil }
        if scanner.take(UInt8(ascii: "}")) { return false }
        let wanted = Array(step.utf8)
        repeat {
            guard let name = scanner.text(), scanner.take(UInt8(ascii: ":")) else { return nil }
            if scanner.decoded(name) == wanted { return true }
            guard scanner.value() != nil else { return nil }
        } while scanner.take(UInt8(ascii: ","))
        return false
    }
}

extension JSON {
    /// Of a string, a number or a truth value, as text: a number as it is written; nil of anything else.
    public var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): String(flag)
        case .null, .array, .object: nil
        }
    }
}
