import SiltaCore
import SiltaTesting
import Testing

/// What was sent and is no longer so.
struct TakenBackTests {
    @Test func `a delivered notice that corrected facts lower is taken back at the same recipient, with nothing in it`() {
        var scene = Scene.delivered
        scene.lowerTheTier()
        scene.loseConsent()
        scene.loseRoute()
        scene.apply(scene.review())
        #expect(scene.referral.status == .withdrawn(.tierLowered))
        #expect(scene.referral.pending == .withdrawal)
        let composition = Composition(kind: .withdrawal, id: NoticeID(random: 77), recipient: Example.recipient, basis: nil, fields: [])
        #expect(scene.dispatch() == .compose(composition, Attempt(number: 1, isProbe: false)))
        scene.attempt(.delivered(status: 200))
        #expect(scene.referral.withdrawal?.outcome == .delivered)
        #expect(scene.referral.status == .withdrawn(.tierLowered))
        #expect(scene.dispatch() == .wait, "once")
        #expect(scene.referral.due == nil)
    }

    @Test func `an unknown attempt counts as gone`() {
        var scene = Scene.retrying(after: .timedOut)
        scene.lowerTheTier()
        scene.apply(scene.review())
        #expect(scene.referral.status == .withdrawn(.tierLowered))
        #expect(scene.referral.pending == .withdrawal)
    }

    @Test func `what never left is not taken back`() {
        for var scene in [Scene(), .ready, .retrying(after: .unreachable), .rejected] {
            scene.lowerTheTier()
            scene.apply(scene.review())
            #expect(scene.referral.status == .withdrawn(.tierLowered))
            #expect(scene.referral.pending == nil)
            #expect(scene.dispatch() == .wait)
        }
    }

    @Test func `a later rise is a new notice`() {
        var scene = Scene.delivered
        scene.lowerTheTier()
        scene.apply(scene.review())
        #expect(Referral.preparations(in: scene.surroundings, standing: [scene.referral]) == [])
        scene.pupil.evolve(.absencesRecorded(Example.source, [Example.mark("2", on: day("2026-08-13"), minutes: 700)]))
        #expect(Referral.preparations(in: scene.surroundings, standing: [scene.referral]).map(\.facts.absentMinutes) == [700])
        #expect(scene.referral.pending == .withdrawal, "the old one is still taken back")
    }

    @Test func `what takes a notice back is tried with the same care`() {
        var scene = Scene.delivered
        scene.lowerTheTier()
        scene.apply(scene.review())
        for _ in 0..<9 {
            scene.provider.evolve(.resumed, of: Example.recipient)
            scene.attempt(.timedOut)
            #expect(scene.referral.status == .withdrawn(.tierLowered))
            guard let next = scene.referral.withdrawal?.nextAttempt else { break }
            #expect(scene.dispatch() == .wait)
            scene.clock.advance(by: next - scene.clock.now)
        }
        scene.provider.evolve(.resumed, of: Example.recipient)
        scene.attempt(.timedOut)
        #expect(scene.referral.withdrawal?.outcome == .failed)
        #expect(scene.dispatch() == .wait)
        #expect(throws: Never.self) { try scene.referral.retry() }
        scene.apply([.retried])
        guard case .send(let message, let attempt, _) = scene.dispatch() else {
            Issue.record("it should be sent again")
            return
        }
        #expect(message.id == NoticeID(random: 77))
        #expect(attempt.number == 11)
        #expect(scene.referral.status == .withdrawn(.tierLowered))
    }

    @Test func `nothing is taken back while disclosure is paused or the clock is behind`() {
        var scene = Scene.delivered
        scene.lowerTheTier()
        scene.apply(scene.review())
        scene.rules.isClockBehind = true
        #expect(scene.dispatch() == .wait)
        scene.rules.isClockBehind = false
        scene.provider.evolve(.disclosurePaused)
        #expect(scene.dispatch() == .wait)
    }

    @Test(arguments: [Outcome.unreachable, .timedOut, .delivered(status: 200), Outcome(status: 422, retryAfter: nil)])
    func `what is cancelled during an attempt stays cancelled, however the attempt ends`(outcome: Outcome) throws {
        var scene = Scene.sending
        scene.apply(try scene.referral.cancel())
        scene.apply([scene.referral.ended(.referral, outcome, at: scene.clock.now, jitter: 200)])
        scene.clock.advance(by: .seconds(86_400))
        #expect(scene.referral.status == .withdrawn(.cancelled))
        let mayHaveGone = outcome == .timedOut || outcome == .delivered(status: 200)
        #expect(scene.referral.pending == (mayHaveGone ? .withdrawal : nil))
    }

    @Test func `a pupil who leaves after the notice may have gone is not written of again`() {
        var scene = Scene.retrying(after: .timedOut)
        scene.leave()
        scene.apply(scene.review())
        #expect(scene.referral.status == .withdrawn(.left))
        if case .compose(let composition, _) = scene.dispatch() { #expect(composition.kind == .withdrawal) }
    }
}
