/// What the claims of one poll cover, school by school.
struct ClaimedDays: Sendable {
    private var ofEvery: [DateSpan] = []
    private var bySchool: [SchoolID: [DateSpan]] = [:]

    init(_ claims: [Coverage]) {
        for claim in claims {
            let span = DateSpan(from: claim.from, through: claim.through)
            if let school = claim.school { bySchool[school, default: []].append(span) } else { ofEvery.append(span) }
        }
    }

    /// What is claimed of the days of a pupil with these enrolments.
    ///
    /// - Parameter enrolments: in order; the first that holds on a day says its school.
    func days(of enrolments: [Enrolment]) -> Days {
        Days(parts: enrolments.map { ($0.span, ofEvery + (bySchool[$0.school.id] ?? [])) })
    }

    /// Whether one claim has all of these days of a school's, or of all schools where none is named.
    func contains(_ from: LocalDate, through: LocalDate, at school: SchoolID?) -> Bool {
        let claims = ofEvery + (school.flatMap { bySchool[$0] } ?? [])
        return claims.contains { $0.contains(from) && $0.contains(through) }
    }

    struct Days {
        fileprivate let parts: [(span: DateSpan, claimed: [DateSpan])]

        /// The school of the day's enrolment is claimed for that day.
        func contains(_ day: LocalDate) -> Bool {
            guard let part = parts.first(where: { $0.span.contains(day) }) else { return false }
            return part.claimed.contains { $0.contains(day) }
        }

        /// Every enrolled part of these days is claimed as a whole, and there is one.
        func contains(_ from: LocalDate, through: LocalDate) -> Bool {
            var isAny = false
            for part in parts {
                let first = max(from, part.span.from)
                let last = min(through, part.span.through ?? through)
                guard first <= last else { continue }
                guard part.claimed.contains(where: { $0.contains(first) && $0.contains(last) }) else { return false }
                isAny = true
            }
            return isAny
        }
    }
}
