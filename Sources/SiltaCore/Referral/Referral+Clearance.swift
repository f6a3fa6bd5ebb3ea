/// Whether a notice may go now.
enum Clearance: Hashable {
    case go(Route, Basis)
    case hold(HoldReason)
    case void(WithdrawalReason)
}

extension Referral {
    /// The first of the reasons to wait that applies, in the order of the specification.
    func clearance(in surroundings: Surroundings) -> Clearance {
        if let tier = surroundings.tier(comparableWith: facts), tier < rule.tier { return .void(.tierLowered) }
        if surroundings.pupil.hasLeft(on: surroundings.moment.today) { return .void(.left) }
        if surroundings.isProtected { return .hold(.nonDisclosure) }
        guard let route = surroundings.route(for: rule.service) else { return .hold(.noRoute) }
        let bases = surroundings.bases(purpose: rule.purpose, recipient: route.recipient)
        guard let best = bases.first else { return .hold(.noConsent) }
        if rule.release == .byPerson, !isReleased { return .hold(.release) }
        if !surroundings.provider.isDisclosureOpen || surroundings.rules.isClockBehind { return .hold(.paused) }
        guard let composition = message?.composition else { return .go(route, best) }
        // What is composed says on which consent it rests and what is in it: both must hold still.
        guard route.recipient == composition.recipient,
            let same = bases.first(where: { $0.consent == composition.basis?.consent && $0.origin == composition.basis?.origin }),
            composition.fields.isSubset(of: same.allows)
        else { return .void(.basisGone) }
        return .go(route, same)
    }
}
