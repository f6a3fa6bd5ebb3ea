/// Why a row is not understood.
struct RowProblem: Error {
    /// What is wrong and what would be right. Never the row's content, but for a register's short code.
    let sentence: String

    init(_ sentence: String) {
        self.sentence = sentence
    }
}
