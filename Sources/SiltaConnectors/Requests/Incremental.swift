internal import SiltaCore

/// What a poll asks for: everything, or what is new.
enum Reach: Equatable, Sendable {
    case everything
    /// - Parameters:
    ///   - since: in seconds since 1970, by the server's clock.
    ///   - versions: that the last reading went to.
    case changes(since: Int, versions: [String: String])

    /// - Parameters:
    ///   - plans: of all streams that can tell what is new.
    ///   - known: where the last reading came to; nil where there was none, or what it means has changed.
    ///   - now: in seconds since 1970.
    init(_ plans: [IncrementalPlan], after known: RequestCursor.State?, now: Int) {
        guard let known, let every = plans.map(\.everythingEvery).min() else {
            self = .everything
            return
        }
        let hasVersions = plans.allSatisfy { plan in
            guard case .version(let version) = plan.way else { return true }
            return known.versions[version.question] != nil
        }
        // A clock that was set back is no reason to believe an old reading for ever.
        let isRecent = (0..<Int(every.components.seconds)).contains(now - known.everything)
        self = hasVersions && isRecent ? .changes(since: known.since, versions: known.versions) : .everything
    }
}

extension IncrementalPlan.Way {
    /// What is asked beside everything else.
    ///
    /// - Parameters:
    ///   - now: the versions that there are now.
    /// - Returns: nil where nothing can be new.
    func parameters(_ reach: Reach, now: [String: String]) -> [(name: String, value: String)]? {
        guard case .changes(let since, let versions) = reach else { return [] }
        switch self {
        case .since(let plan):
            return [(name: plan.name, value: plan.value(since - Int(plan.lookBack.components.seconds)))]
        case .version(let plan):
            guard let from = versions[plan.question], let through = now[plan.question] else { return [] }
            guard from != through else { return nil }
            var parameters = [(name: plan.from, value: from)]
            if let name = plan.through { parameters.append((name, through)) }
            return parameters
        }
    }
}

extension Reach {
    /// Whether there are lower versions now than there were: a register that was restored has forgotten what was told since.
    func isBehind(_ now: [String: String]) -> Bool {
        guard case .changes(_, let versions) = self else { return false }
        return versions.contains { question, version in
            guard let earlier = Int64(version), let later = now[question].flatMap({ Int64($0) }) else { return false }
            return later < earlier
        }
    }
}

extension VersionPlan {
    /// By which a version is known that was asked for.
    var question: String { path }
}

extension SincePlan {
    /// - Parameter seconds: since 1970.
    func value(_ seconds: Int) -> String { text.replacing("{since}", with: moment(seconds)) }

    private func moment(_ seconds: Int) -> String {
        guard format != .epoch else { return String(seconds) }
        let ofDay = (seconds % 86_400 + 86_400) % 86_400
        let date = LocalDate(dayNumber: Int32(clamping: (seconds - ofDay) / 86_400)).description
        let clock = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        switch format {
        case .dateTime: return "\(date)T\(clock)Z"
        case .spaced: return "\(date) \(clock)"
        case .date, .epoch: return date
        }
    }
}
