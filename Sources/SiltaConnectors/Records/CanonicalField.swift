internal import SiltaCore

/// A field of a canonical record, as manifests name it.
struct CanonicalField: Sendable {
    enum Content: Hashable, Sendable {
        case text, date, time, integer
        /// A whole number of them.
        case minutes
        /// One of these words and nothing else.
        case word([String])
    }

    let name: String
    let content: Content
    /// The record cannot be without it.
    let isNeeded: Bool

    static func needed(_ name: String, _ content: Content = .text) -> CanonicalField {
        CanonicalField(name: name, content: content, isNeeded: true)
    }

    static func optional(_ name: String, _ content: Content = .text) -> CanonicalField {
        CanonicalField(name: name, content: content, isNeeded: false)
    }
}

extension RecordKind {
    /// What a record of this kind is made of.
    var fields: [CanonicalField] {
        switch self {
        case .enrolment:
            [
                .needed("key"), .needed("pupil"), .optional("oppijanumero"), .optional("hetu"), .needed("family-name"),
                .needed("given-names"), .optional("called"), .needed("school-name"), .optional("school-oid"), .optional("school-code"),
                .optional("group"), .needed("grade", .integer), .optional("home-municipality"), .needed("from", .date),
                .optional("through", .date), .optional("non-disclosure-from", .date), .optional("non-disclosure-through", .date),
                .optional("guardian-non-disclosure-from", .date), .optional("guardian-non-disclosure-through", .date),
            ]
        case .absence:
            [
                .needed("key"), .needed("pupil"), .needed("date", .date), .optional("start", .time), .needed("minutes", .minutes),
                .needed("class", .word(MarkClass.allCases.map(\.rawValue))), .optional("code"),
            ]
        case .offered:
            [
                .needed("key"), .optional("pupil"), .optional("group"), .optional("school"), .needed("from", .date),
                .needed("through", .date), .needed("minutes", .minutes),
                .optional("quality", .word(Offered.Quality.allCases.map(\.rawValue))),
            ]
        case .consent:
            [
                .needed("key"), .needed("pupil"), .needed("giver", .word(Consent.Giver.allCases.map(\.rawValue))), .needed("purpose"),
                .needed("recipient"), .needed("scope"), .needed("given", .date), .needed("from", .date), .optional("through", .date),
                .optional("withdrawn", .date),
            ]
        case .coverage:
            [.optional("school"), .needed("from", .date), .needed("through", .date)]
        }
    }
}
