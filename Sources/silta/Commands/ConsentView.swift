import SiltaCore
import SiltaFormats

/// A consent as commands show it, with who told of it.
struct ConsentView {
    let consent: Consent
    /// The source, or "person".
    let told: String
    let lapse: ToldConsent.Lapse?

    static func all(of pupil: Pupil) -> [ConsentView] {
        pupil.accounts.flatMap { account in
            account.consents.map { ConsentView(consent: $0.consent, told: account.source.rawValue, lapse: $0.lapse) }
        } + pupil.enteredConsents.map { ConsentView(consent: $0, told: "person", lapse: nil) }
    }

    func json(of pupil: PupilID) -> JSON {
        .object(
            [.init("pupil", pupil.json)] + consent.json.members
                + [.init("told", told.json), .init("lapse", lapse?.json ?? .null)])
    }

    var sentence: String {
        let through = consent.span.through?.description ?? ""
        let withdrawn = consent.withdrawn.map { ", withdrawn \($0)" } ?? ""
        let lapsed = lapse.map { ", \($0.rawValue) in the last export" } ?? ""
        return "\(consent.key) by \(consent.giver.rawValue) for \(consent.purpose) to \(consent.recipient), scope \(consent.scope), "
            + "\(consent.span.from)–\(through)\(withdrawn)\(lapsed) (\(told))"
    }
}
