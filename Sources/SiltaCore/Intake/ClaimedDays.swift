/// What the claims of one poll cover, school by school.
struct ClaimedDays: Sendable {
    private typealias Span = (from: LocalDate, through: LocalDate)

    /// In order, and apart from one another.
    private let ofEvery: [DateSpan]
    /// With those of every school among them.
    private let bySchool: [SchoolID: [DateSpan]]

    init(_ claims: [Coverage]) {
        var spans: [SchoolID?: [Span]] = [:]
        for claim in claims { spans[claim.school, default: []].append((claim.from, claim.through)) }
        let ofEvery = spans.removeValue(forKey: nil) ?? []
        var bySchool: [SchoolID: [DateSpan]] = [:]
        for case (let school?, let own) in spans { bySchool[school] = ClaimedDays.joined(own + ofEvery) }
        (self.ofEvery, self.bySchool) = (ClaimedDays.joined(ofEvery), bySchool)
    }

    /// Two claims of which one goes on where the other ends are as good as one of both.
    private static func joined(_ spans: [Span]) -> [DateSpan] {
        var joined: [Span] = []
        for span in spans.sorted(by: { $0.from < $1.from }) {
            if let last = joined.last, span.from <= last.through.adding(days: 1) {
                joined[joined.count - 1].through = max(last.through, span.through)
            } else {
                joined.append(span)
            }
        }
        return joined.map { DateSpan(from: $0.from, through: $0.through) }
    }

    /// What is claimed of the days of a pupil with these enrolments.
    ///
    /// - Parameter enrolments: in order; the first that holds on a day says its school.
    func days(of enrolments: [Enrolment]) -> Days {
        Days(parts: enrolments.map { ($0.span, bySchool[$0.school.id] ?? ofEvery) })
    }

    /// Whether all of these days of a school's are claimed, or of all schools where none is named.
    func contains(_ from: LocalDate, through: LocalDate, at school: SchoolID?) -> Bool {
        let claims = school.flatMap { bySchool[$0] } ?? ofEvery
        return claims.span(holding: from)?.contains(through) ?? false
    }

    struct Days {
        fileprivate let parts: [(span: DateSpan, claimed: [DateSpan])]

        /// The school of the day's enrolment is claimed for that day.
        func contains(_ day: LocalDate) -> Bool {
            guard let part = parts.first(where: { $0.span.contains(day) }) else { return false }
            return part.claimed.span(holding: day) != nil
        }

        /// Every enrolled part of these days is claimed as a whole, and there is one.
        func contains(_ from: LocalDate, through: LocalDate) -> Bool {
            var isAny = false
            for part in parts {
                let first = max(from, part.span.from)
                let last = min(through, part.span.through ?? through)
                guard first <= last else { continue }
                guard part.claimed.span(holding: first)?.contains(last) ?? false else { return false }
                isAny = true
            }
            return isAny
        }
    }
}

extension [DateSpan] {
    /// The one that a day lies in, of spans in order and apart from one another: found by halves, for there may be very many.
    fileprivate func span(holding day: LocalDate) -> DateSpan? {
        var (first, end) = (0, count)
        while first < end {
            let middle = (first + end) / 2
            if self[middle].from <= day { first = middle + 1 } else { end = middle }
        }
        return first > 0 && self[first - 1].contains(day) ? self[first - 1] : nil
    }
}
