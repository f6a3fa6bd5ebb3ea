/// A permission to disclose, as a register or a person told it.
public struct Consent: Hashable, Sendable {
    public enum Giver: String, CaseIterable, Sendable {
        case guardian, pupil, representative
    }

    public var key: ConsentKey
    public var giver: Giver
    public var purpose: Purpose
    public var recipient: RecipientID
    public var scope: ScopeID
    public var given: LocalDate
    public var span: DateSpan
    /// The day from which it no longer holds.
    public var withdrawn: LocalDate?

    public init(
        key: ConsentKey, giver: Giver, purpose: Purpose, recipient: RecipientID, scope: ScopeID, given: LocalDate, span: DateSpan,
        withdrawn: LocalDate? = nil
    ) {
        self.key = key
        self.giver = giver
        self.purpose = purpose
        self.recipient = recipient
        self.scope = scope
        self.given = given
        self.span = span
        self.withdrawn = withdrawn
    }

    /// Valid from its first through its last day, not on the day it is withdrawn or later.
    public func holds(on day: LocalDate) -> Bool {
        given <= day && span.contains(day) && !(withdrawn.map { $0 <= day } ?? false)
    }
}
