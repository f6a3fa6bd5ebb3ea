/// Random numbers that a seed repeats (SplitMix64; Steele, Lea and Flood 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededRandom {
    /// True so many times in a hundred.
    public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    public mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    /// - Precondition: there is something to choose from.
    public mutating func pick<Choices: Collection>(_ choices: Choices) -> Choices.Element { choices.randomElement(using: &self)! }

    public mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

    public mutating func bits() -> UInt128 { UInt128(next()) << 64 | UInt128(next()) }

    /// Text with what text can hurt with: quotes, control characters, letters of several bytes.
    public mutating func text(_ length: ClosedRange<Int> = 0...12) -> String {
        let characters: [Character] = [
            "a", "Z", "7", " ", "\"", "\\", "/", ";", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "ä", "Å", "е", "中", "\u{2028}", "𝄞", "🧒🏽",
        ]
        return String((0..<number(length)).map { _ in pick(characters) })
    }
}
