import SiltaCore
import SiltaFormats

/// A notice as commands show it.
struct NoticeView {
    let referral: Referral
    let pupil: Pupil?
    private let endpoint: Endpoint.Availability

    init(_ referral: Referral, pupil: Pupil?, in provider: Provider, at now: Instant) {
        self.referral = referral
        self.pupil = pupil
        endpoint = referral.recipient.flatMap { provider.endpoints[$0] }?.availability(at: now) ?? .open
    }

    static let fields = [
        "notice", "rule", "pupil", "keys", "state", "reason", "tier", "reachedOn", "recipient", "attempts", "prepared", "delivered",
        "withdrawal",
    ]

    var reason: String? {
        switch (referral.status, endpoint) {
        case (.held(let reason), _): reason.rawValue
        case (.failed(let reason), _): reason.rawValue
        case (.withdrawn(let reason), _): reason.rawValue
        case (.ready, .stopped): "endpoint-stopped"
        case (.ready, .paused): "endpoint-paused"
        default: nil
        }
    }

    /// Where what takes it back stands; nil where nothing does.
    var withdrawal: String? {
        if let outcome = referral.withdrawal?.outcome { return outcome.rawValue }
        return referral.pending == .withdrawal || referral.withdrawal != nil ? "pending" : nil
    }

    private var delivered: Instant? {
        if case .delivered(let instant) = referral.status { instant } else { nil }
    }

    var json: JSON {
        [
            "notice": referral.id.json,
            "rule": referral.rule.id.json,
            "pupil": referral.pupil.json,
            "keys": pupil?.keys ?? [],
            "state": referral.status.name.json,
            "reason": reason?.json ?? .null,
            "tier": referral.facts.tier.json,
            "reachedOn": referral.facts.reachedOn.json,
            "recipient": referral.recipient?.json ?? .null,
            "attempts": (referral.message?.attempts ?? 0).json,
            "prepared": referral.prepared.json,
            "delivered": delivered?.json ?? .null,
            "withdrawal": withdrawal?.json ?? .null,
        ]
    }

    static let heading = ["NOTICE", "RULE", "STATE", "REASON", "TIER", "REACHED ON", "RECIPIENT", "ATTEMPTS"]

    var row: [String] {
        [
            referral.id.description, referral.rule.id.rawValue, referral.status.name, reason ?? "–", String(referral.facts.tier),
            referral.facts.reachedOn.description,
            referral.recipient?.rawValue ?? "–", String(referral.message?.attempts ?? 0),
        ]
    }

    var sentence: String {
        let why = reason.map { " (\($0))" } ?? ""
        return
            "\(referral.id) \(referral.rule.id): \(referral.status.name)\(why), tier \(referral.facts.tier) since \(referral.facts.reachedOn)"
    }
}
