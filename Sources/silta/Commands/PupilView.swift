import SiltaCore
import SiltaDaemon
import SiltaFormats

/// A pupil as commands show them.
struct PupilView {
    let pupil: Pupil
    let assessment: Assessment
    let isStale: Bool

    /// Nil for a pupil who is out of scope, or while nothing can be assessed.
    init?(_ pupil: Pupil, in provider: Provider, today: LocalDate) {
        guard let assessor = provider.assessor, let assessment = assessor.assess(pupil) else { return nil }
        self.pupil = pupil
        self.assessment = assessment
        isStale = assessor.isStale(assessment, today: today)
    }

    static let fields = [
        "pupil", "keys", "grade", "school", "tier", "highestTier", "reachedOn", "absentMinutes", "expectedMinutes", "expected",
        "expectedDays", "asOf", "stale",
    ]

    var json: JSON {
        [
            "pupil": pupil.id.json,
            "keys": pupil.keys,
            "grade": pupil.enrolments.last?.grade.json ?? .null,
            "school": pupil.enrolments.last?.school.id.json ?? .null,
            "tier": assessment.tier.json,
            "highestTier": assessment.highestTier.json,
            "reachedOn": assessment.reachedOn?.json ?? .null,
            "absentMinutes": assessment.absentMinutes.json,
            "expectedMinutes": assessment.expectedMinutes.json,
            "expected": assessment.expected.json,
            "expectedDays": assessment.expectedDays.json,
            "asOf": assessment.asOf?.json ?? .null,
            "stale": isStale.json,
        ]
    }

    static let heading = ["PUPIL", "GRADE", "TIER", "HIGHEST", "REACHED ON", "ABSENT MIN", "EXPECTED MIN", "AS OF"]

    var row: [String] {
        [
            pupil.id.description, pupil.enrolments.last.map { String($0.grade) } ?? "", String(assessment.tier),
            String(assessment.highestTier), assessment.reachedOn?.description ?? "–", String(assessment.absentMinutes),
            "\(assessment.expectedMinutes) \(assessment.expectedSentence)",
            (assessment.asOf?.description ?? "–") + (isStale ? " (stale)" : ""),
        ]
    }
}

extension Assessment {
    /// What the expected minutes rest on, with the days of each where that is not the same for all.
    var expectedSentence: String {
        guard expectedDays.isMixed else { return expected.rawValue }
        let days = [(expectedDays.offered, Expected.offered), (expectedDays.scheduled, .scheduled), (expectedDays.statutory, .statutory)]
        return days.filter { $0.0 > 0 }.map { "\($0.1.rawValue) on \($0.0) days" }.joined(separator: ", ")
    }
}

extension Pupil {
    /// How registers know them.
    var keys: JSON {
        .array(
            aliases.compactMap { alias in
                if case .register(let source, let key) = alias { ["source": source.json, "key": key.json] } else { nil }
            })
    }
}
