/// What somebody who mistyped a word probably meant.
enum NearestWord {
    /// Longer texts are not typing errors of a word.
    private static let maximumLength = 64

    /// The word with the fewest edits from the text, where these are few for its length; of equally near ones the first.
    static func find(_ text: String, in words: [String]) -> String? {
        let typed = folded(text)
        guard !typed.isEmpty, typed.count <= maximumLength else { return nil }
        var nearest: (word: String, edits: Int)?
        for word in words {
            let right = folded(word)
            let edits = edits(from: typed, to: right)
            guard edits <= max(1, right.count / 3), edits < max(right.count, typed.count) else { continue }
            if edits < nearest?.edits ?? .max { nearest = (word, edits) }
        }
        return nearest?.word
    }

    /// Lower case, with `_` as `-`: what differs only in these is the same word.
    private static func folded(_ text: String) -> [Unicode.Scalar] {
        text.lowercased().unicodeScalars.prefix(maximumLength + 1).map { $0 == "_" ? "-" : $0 }
    }

    /// Insertions, deletions, substitutions and swaps of neighbours, no part edited twice (optimal string alignment).
    private static func edits(from typed: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...typed.count {
            var current = [row]
            for column in 0..<right.count {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (typed[row - 1] == right[column] ? 0 : 1))
                if row > 1, column > 0, typed[row - 1] == right[column - 1], typed[row - 2] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
