/// The numbers of a person that no register makes up for itself.
public struct Identities: Hashable, Sendable {
    public var oppijanumerot: Set<String>
    public var hetut: Set<String>

    public init(oppijanumerot: Set<String> = [], hetut: Set<String> = []) {
        self.oppijanumerot = oppijanumerot
        self.hetut = hetut
    }

    public init(_ names: [Alias]) {
        self.init()
        for name in names {
            switch name {
            case .oppijanumero(let number): oppijanumerot.insert(number)
            case .hetu(let code): hetut.insert(code)
            case .register: break
            }
        }
    }

    init(_ enrolment: Enrolment) {
        self.init(
            oppijanumerot: Set([enrolment.oppijanumero].compactMap(\.self)), hetut: Set([enrolment.hetu].compactMap(\.self)))
    }

    var isEmpty: Bool { oppijanumerot.isEmpty && hetut.isEmpty }

    /// In the order in which they tie: by learner number, then by personal identity code.
    var names: [Alias] { oppijanumerot.sorted().map(Alias.oppijanumero) + hetut.sorted().map(Alias.hetu) }

    /// Whether these cannot be one person's.
    ///
    /// A person may have several learner numbers, so two that differ say nothing where the identity code is the same. Two identity codes
    /// are two persons, unless it is one card of a register that has another code than before and still the same learner number: there
    /// the register has corrected it.
    ///
    /// - Parameter isSameCard: both are told under one key of one register.
    func contradicts(_ other: Identities, isSameCard: Bool) -> Bool {
        let sharesNumber = !oppijanumerot.isDisjoint(with: other.oppijanumerot)
        let sharesCode = !hetut.isDisjoint(with: other.hetut)
        let differsInNumber = !oppijanumerot.isEmpty && !other.oppijanumerot.isEmpty && !sharesNumber
        let differsInCode = !hetut.isEmpty && !other.hetut.isEmpty && !sharesCode
        return differsInCode && !(isSameCard && sharesNumber) || differsInNumber && !sharesCode
    }

    mutating func formUnion(_ other: Identities) {
        oppijanumerot.formUnion(other.oppijanumerot)
        hetut.formUnion(other.hetut)
    }
}
