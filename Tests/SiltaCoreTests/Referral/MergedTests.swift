import SiltaCore
import SiltaTesting
import Testing

/// The notices of one who turned out to be the same as another.
struct MergedTests {
    /// As the one sees it whom the notice's pupil was merged into.
    private func surroundings(_ scene: Scene) -> Surroundings {
        Surroundings(
            pupil: Pupil(id: PupilID(bits: 77)).joined(with: [scene.pupil]), provider: scene.provider, moment: scene.clock.moment,
            rules: scene.rules)
    }

    @Test func `one that waits is taken back, and leaves room for the survivor's own`() {
        for scene in [Scene(), .ready, .retrying(), .rejected] {
            #expect(scene.referral.review(in: surroundings(scene)) == [.withdrawn(.merged)], "\(scene.referral.status)")
            var after = scene
            after.apply([.withdrawn(.merged)])
            #expect(after.referral.pending == nil, "nobody has got it")
            #expect(Referral.preparations(in: surroundings(scene), standing: [after.referral]).map(\.pupil) == [PupilID(bits: 77)])
        }
    }

    @Test func `one that has gone, is going or may have arrived stands for both`() {
        for scene in [Scene.delivered, .sending, .retrying(after: .timedOut)] {
            #expect(!scene.referral.review(in: surroundings(scene)).contains(.withdrawn(.merged)), "\(scene.referral.status)")
            #expect(Referral.preparations(in: surroundings(scene), standing: [scene.referral]) == [], "\(scene.referral.status)")
        }
    }

    @Test func `one that waits is taken back where one of the same rule has gone that was of the other`() {
        let waiting = Scene.ready
        for gone in [Scene.delivered, .sending, .retrying(after: .timedOut)] {
            let other = Referral(
                id: NoticeID(random: 5),
                preparation: Preparation(pupil: PupilID(bits: 77), rule: gone.referral.rule, facts: gone.referral.facts),
                prepared: gone.referral.prepared, status: gone.referral.status, isReleased: false, firstReady: nil, readyFor: nil,
                message: gone.referral.message, withdrawal: nil)
            var surroundings = waiting.surroundings
            #expect(waiting.referral.review(in: surroundings) == [])
            surroundings.notices = [waiting.referral, other]
            #expect(waiting.referral.review(in: surroundings) == [.withdrawn(.merged)], "\(gone.referral.status)")
        }
    }

    @Test func `what may have arrived goes on with the same bytes`() {
        let scene = Scene.retrying(after: .timedOut)
        guard case .send = scene.referral.dispatch(in: surroundings(scene), newID: { NoticeID(random: 1) }) else {
            Issue.record("it should be sent again")
            return
        }
    }

    @Test func `corrected facts of both take back what was delivered for one`() {
        var scene = Scene.delivered
        scene.lowerTheTier()
        #expect(scene.referral.review(in: surroundings(scene)) == [.withdrawn(.tierLowered)])
    }
}
