/// All that the assessment of a pupil and the review of their notices rest on beside the pupil, as one text: while it is the same,
/// nobody has to be assessed again who has not changed themselves. Only a notice that has waited too long is overdue by the clock
/// alone, and is looked for apart.
public struct Circumstances: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// - Parameter rules: as ``Surroundings`` has them.
    public init(provider: Provider, moment: Moment, rules: DisclosureRules) {
        let fresh = provider.sources.filter { $0.value.isFresh(at: moment.instant, age: rules.consentAge[$0.key]) }.keys.sorted()
        let coverage = provider.coverage.through.map { "\($0.key?.rawValue ?? "*") \($0.value)" }.sorted()
        let lines = [
            moment.today.description, rules.isClockBehind ? "behind" : "", provider.isDisclosureOpen ? "open" : "paused",
            provider.calendar?.digest.rawValue ?? "", provider.policy?.digest.rawValue ?? "", provider.routes?.digest.rawValue ?? "",
        ]
        description = (lines + fresh.map { "fresh \($0)" } + coverage.map { "covered \($0)" }).joined(separator: "\n")
    }
}
