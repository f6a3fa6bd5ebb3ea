import SiltaConfiguration
import SiltaCore
import Testing

struct TypingErrorTests {
    /// A key of a sample: where it stands and how it is written.
    private struct Key {
        let line: Int
        let range: Range<String.Index>
        let text: String
    }

    /// Every `key:` that a parser of the sample knows; the free keys of scopes and codes are left out.
    private func keys(of text: String) -> [Key] {
        let free: Set<String> = ["perus", "laaja", "01", "02", "location", "codes"]
        return text.matches(of: /(?:^|[{ ])([a-z][a-z-]*):(?= |\n)/.anchorsMatchLineEndings()).compactMap { match in
            let line = 1 + text[..<match.range.lowerBound].count { $0 == "\n" }
            let key = Key(line: line, range: match.1.startIndex..<match.1.endIndex, text: String(match.1))
            return free.contains(key.text) ? nil : key
        }
    }

    private func mistyped(_ key: String, using random: inout SeededRandom) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz-")
        var typed = Array(key)
        repeat {
            typed = Array(key)
            let at = Int.random(in: 0..<typed.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: typed[at] = letters.randomElement(using: &random)!
            case 1 where typed.count > 1: typed.remove(at: at)
            case 2: typed.insert(letters.randomElement(using: &random)!, at: at)
            case _ where at > 0: typed.swapAt(at, at - 1)
            default: break
            }
            // A hyphen in front would be another thing than a key.
        } while String(typed) == key || typed[0] == "-"
        return String(typed)
    }

    private func check(_ text: String, rounds: Int, _ parse: (String) throws -> some Any) {
        let keys = keys(of: text)
        #expect(keys.count > 8)
        for seed in UInt64(1)...UInt64(rounds) {
            var random = SeededRandom(seed: seed)
            for key in keys {
                let typed = mistyped(key.text, using: &random)
                let told = problems { try parse(text.replacingCharacters(in: key.range, with: typed)) }
                let isNamed = told.split(separator: "\n").contains {
                    $0.hasPrefix("f:\(key.line): ") && $0.hasSuffix("\(typed): there is no such key; did you mean \"\(key.text)\"?")
                }
                #expect(isNamed, "seed \(seed): \(key.text) as \(typed) on line \(key.line):\n\(told)")
            }
        }
    }

    @Test func `any one typing error in a key of silta.yaml is told with its line and the right key`() {
        check(Samples.configuration, rounds: 40) { try Configuration.parse($0, file: "f") }
    }

    @Test func `any one typing error in a key of a policy is told with its line and the right key`() {
        check(Samples.policy, rounds: 60) { try Policy.parse($0, file: "f") }
    }

    @Test func `any one typing error in a key of a calendar is told with its line and the right key`() {
        check(Samples.calendar, rounds: 60) { try SchoolYear.parse($0, file: "f") }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with other: String) -> String {
        self[..<range.lowerBound] + other + self[range.upperBound...]
    }
}
