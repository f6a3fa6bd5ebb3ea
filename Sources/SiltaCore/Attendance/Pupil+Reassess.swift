extension Pupil {
    /// What the log has to say of the pupil's highest tier, which it has not said yet.
    ///
    /// - Parameter assessment: of this pupil by the provider's calendar and policy; nil out of scope.
    ///
    /// A new school year or a new policy starts anew and corrects nothing of the old.
    public func reassess(_ assessment: Assessment?, in provider: Provider) -> PupilEvent? {
        guard let policy = provider.policy, let calendar = provider.calendar else { return nil }
        let now = ReachedTier(
            policy: policy.digest, schoolYear: calendar.value.start, tier: assessment?.highestTier ?? 0, on: assessment?.reachedOn)
        let isComparable = reached.map { $0.policy == now.policy && $0.schoolYear == now.schoolYear } ?? false
        let before = isComparable ? reached?.tier ?? 0 : 0
        if now.tier > before { return .tierReached(now) }
        if now.tier < before { return .tierCorrected(now) }
        return nil
    }
}
