import SiltaCore
import SiltaLog
import SiltaState

/// What is known now of everything but one pupil: asked for once, and used for many.
struct Present {
    let provider: Provider
    let moment: Moment
    let rules: DisclosureRules

    /// - Parameter notices: of everyone who is one with the pupil.
    func surroundings(of pupil: Pupil, _ notices: [Referral]) -> Surroundings {
        Surroundings(pupil: pupil, notices: notices, provider: provider, moment: moment, rules: rules)
    }
}

extension Bridge {
    func present() throws -> Present {
        let moment = ambient.moment()
        var rules = rules
        rules.isClockBehind = try log.head().lastRecorded.map { moment.instant < $0 } ?? false
        return Present(provider: try state.provider(), moment: moment, rules: rules)
    }
}
