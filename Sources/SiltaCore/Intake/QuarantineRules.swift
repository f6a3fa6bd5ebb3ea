/// How long the quarantined rows of a source are kept, and how many of them it may have.
public struct QuarantineRules: Hashable, Sendable {
    /// After so long, what a row says is destroyed: its digest, its place and the reason remain.
    public var keep: Duration
    /// A source is failing that has more rows in quarantine than this, and a larger share than the one below.
    public var rows: Int
    /// Of the rows of its last completed poll, in hundredths of a per cent: 5 % is 500.
    public var shareHundredths: Int

    public init(keep: Duration = .seconds(90 * 86_400), rows: Int = 20, shareHundredths: Int = 500) {
        self.keep = keep
        self.rows = rows
        self.shareHundredths = shareHundredths
    }

    /// - Parameters:
    ///   - quarantined: how many rows are in quarantine.
    ///   - total: how many the last completed poll has read, good and bad.
    public func isExceeded(by quarantined: Int, of total: Int) -> Bool {
        quarantined > rows && quarantined * 10_000 > total * shareHundredths
    }
}
