import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaState

/// How a source stands: `ok`, `held`, `failing` or `stale`, and why.
struct SourceStanding {
    let id: SourceID
    let state: String
    let reason: String?
    let health: SourceHealth
    /// How many rows are in quarantine that nobody has dropped.
    let quarantined: Int
    /// It is failing for their number, although its polls complete.
    let isFlooded: Bool

    /// Those that the configuration has, in its order.
    ///
    /// - Parameter readsAbsences: whether a source does; one that does not claims no days, and is not behind for it.
    static func all(
        of provider: ProviderConfiguration, _ bridge: Bridge, readsAbsences: (SourceConfiguration) -> Bool = { _ in true }
    ) throws -> [SourceStanding] {
        let state = try bridge.state.provider()
        let quarantined = try bridge.keys.quarantineCounts()
        let previous = try state.calendar?.value.schoolDay(before: bridge.today())
        return provider.sources.map {
            SourceStanding(
                $0, state.sources[$0.id], quarantined: quarantined[$0.id] ?? 0, previousSchoolDay: readsAbsences($0) ? previous : nil)
        }
    }

    private init(_ source: SourceConfiguration, _ health: SourceHealth?, quarantined: Int, previousSchoolDay: LocalDate?) {
        id = source.id
        let outcome = health?.lastOutcome
        let health = health ?? SourceHealth()
        self.health = health
        self.quarantined = quarantined
        var isFlooded = false
        switch outcome {
        case .failed(let reason): (state, self.reason) = ("failing", reason)
        case .held(let withdrawals):
            (state, self.reason) = ("held", "it would withdraw " + withdrawals.map(\.sentence).joined(separator: " and "))
        case .completed where source.quarantine.isExceeded(by: quarantined, of: health.rows):
            isFlooded = true
            (state, self.reason) = (
                "failing",
                "\(quarantined) rows are in quarantine, and its last poll read \(health.rows); "
                    + "`silta quarantine list` says why, and quarantine.failing-above how many there may be"
            )
        case .completed:
            let isBehind = previousSchoolDay.map { (health.through ?? LocalDate(dayNumber: .min)) < $0 } ?? false
            (state, self.reason) = isBehind ? ("stale", "it has claimed nothing of the last school day") : ("ok", nil)
        case nil: (state, self.reason) = ("stale", "it has not been polled yet")
        }
        self.isFlooded = isFlooded
    }

    var json: JSON {
        [
            "source": id.json, "state": state.json, "reason": reason?.json ?? .null,
            "lastCompleted": health.lastCompleted?.json ?? .null, "through": health.through?.json ?? .null,
            "quarantined": quarantined.json,
        ]
    }
}
