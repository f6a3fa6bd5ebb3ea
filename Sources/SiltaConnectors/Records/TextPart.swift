/// One of the parts of a text: `split: ", "` with `part: 2` is what stands behind the first comma.
struct TextPart: Hashable, Sendable {
    let separator: String
    /// From 1.
    let number: Int

    /// Nil where the text has no such part, or it is empty.
    func text(of whole: String) -> String? {
        let parts = whole.split(separator: separator, maxSplits: number, omittingEmptySubsequences: true)
        guard parts.count >= number else { return nil }
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        let part = parts[number - 1].drop(while: isSpace)
        let end = part.lastIndex { !isSpace($0) }
        return end.map { String(part[...$0]) }
    }
}
