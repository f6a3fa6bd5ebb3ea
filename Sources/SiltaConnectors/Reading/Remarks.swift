/// What somebody who writes a mapping should look at, although it may be right.
enum Remarks {
    /// Of fewer rows, nothing follows from what stands in none of them.
    static let leastRows = 20

    /// What is wrong where no item has the list that a row is to be made of: it is called otherwise.
    static func problem(of each: String?, _ counts: (items: Int, lists: Int)) -> String? {
        guard let each, counts.lists == 0, counts.items >= leastRows else { return nil }
        return "none of \(counts.items) items has \"\(each)\", of which each should be a row; each must name what they have"
    }

    /// - Parameters:
    ///   - columns: that stood in no row.
    ///   - rows: how many there were.
    static func unseen(_ columns: [String], in stream: String, of rows: Int) -> String? {
        guard rows > 0, !columns.isEmpty else { return nil }
        let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        return "\(stream): none of \(rows) rows has \(names); if something should stand there, it is called otherwise"
    }
}
