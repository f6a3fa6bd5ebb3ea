/// What came of one thing that the kit tried with a connector. Nothing of a record stands in it.
public struct KitFinding: Hashable, Sendable {
    public enum Result: String, Sendable {
        case passed, failed
        /// It could not be tried, and `came` says why.
        case skipped
    }

    /// What was tried.
    public var tried: String
    /// The rules of connectors/README.md that it is about; empty for examples.
    public var rules: [Int]
    public var result: Result
    /// What came of it.
    public var came: String
    /// What would be right.
    public var right: String

    public init(_ tried: String, rules: [Int] = [], _ result: Result, came: String, right: String) {
        self.tried = tried
        self.rules = rules
        self.result = result
        self.came = came
        self.right = right
    }
}
