import SiltaCore
import SiltaTesting
import Testing

/// What leaves, when, and what follows each attempt.
struct DispatchTests {
    @Test func `a ready notice is composed of no more than its rule and its consent both allow`() throws {
        guard case .compose(let composition, let attempt) = Scene.ready.dispatch() else {
            Issue.record("it should be composed")
            return
        }
        #expect(composition.id == Example.notice)
        #expect(composition.kind == .referral)
        #expect(composition.recipient == Example.recipient)
        #expect(composition.fields == Example.noticeRule.include)
        #expect(composition.basis?.consent == "S1")
        #expect(attempt == Attempt(number: 1, isProbe: false))
        var narrow = Scene.ready
        narrow.pupil.evolve(.consentsRecorded(Example.source, [Example.consent(scope: "suppea")]))
        guard case .compose(let little, _) = narrow.dispatch() else {
            Issue.record("it should be composed")
            return
        }
        #expect(little.fields == [.identity, .tier])
    }

    @Test func `what waits, is on its way or has arrived is not sent`() {
        for scene in [Scene(), .sending, .delivered, .rejected] { #expect(scene.dispatch() == .wait, "\(scene.referral.status)") }
    }

    @Test func `a retry sends what was composed, under the same identifier, when it is due`() {
        var scene = Scene.ready
        scene.begin()
        let composed = scene.referral.message
        scene.apply([scene.referral.ended(.referral, .timedOut, at: scene.clock.now, jitter: 200)])
        #expect(scene.referral.status == .ready)
        #expect(scene.dispatch() == .wait)
        scene.clock.advance(by: .milliseconds(4999))
        #expect(scene.dispatch() == .wait)
        scene.clock.advance(by: .milliseconds(1))
        guard case .send(let message, let attempt, _) = scene.dispatch() else {
            Issue.record("it should be sent again")
            return
        }
        #expect(message.composition == composed?.composition)
        #expect(message.composedAt == composed?.composedAt)
        #expect(attempt == Attempt(number: 2, isProbe: false))
    }

    @Test func `the waits are those of the schedule, and after the last it fails`() {
        let schedule: [Int64] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
        for (jitter, perMille) in [(0, 800), (200, 1000), (400, 1200), (401, 800), (UInt64.max, 800 + Int64(UInt64.max % 401))] {
            var scene = Scene.ready
            for seconds in schedule {
                scene.provider.evolve(.resumed, of: Example.recipient)
                scene.attempt(.unreachable, jitter: jitter)
                #expect(scene.referral.status == .ready)
                #expect(scene.referral.message?.nextAttempt == scene.clock.now + .milliseconds(seconds * perMille), "after \(seconds) s")
                scene.clock.advance(by: .milliseconds(seconds * perMille))
                // The register goes on telling.
                scene.provider.evolve(
                    .pollCompleted(PollCompleted(rows: 0, quarantined: 0, changes: ChangeCounts(), coverage: [])), of: Example.source,
                    at: scene.clock.now)
            }
            scene.provider.evolve(.resumed, of: Example.recipient)
            scene.attempt(.unreachable, jitter: jitter)
            #expect(scene.referral.status == .failed(.outOfAttempts))
            #expect(scene.referral.message?.attempts == 10)
            #expect(scene.review() == [], "it waits for a person")
        }
    }

    @Test(arguments: [(1, 5), (5, 5), (60, 60), (86_400, 86_400), (200_000, 86_400)] as [(Int64, Int64)])
    func `Retry-After is honoured up to a day, and never shortens the wait`(told: Int64, waits: Int64) {
        var scene = Scene.ready
        scene.attempt(Outcome(status: 503, retryAfter: .seconds(told)))
        #expect(scene.referral.message?.nextAttempt == scene.clock.now + .seconds(waits))
    }

    @Test func `a deadline ends the tries, counted from when it was first ready`() {
        var scene = Scene.ready
        let ready = scene.clock.now
        scene.apply([.held(.paused)])
        scene.clock.advance(by: .seconds(14 * 86_400))
        scene.provider.evolve(
            .pollCompleted(PollCompleted(rows: 0, quarantined: 0, changes: ChangeCounts(), coverage: [])), of: Example.source,
            at: scene.clock.now)
        scene.apply([.readied(Example.recipient)])
        #expect(scene.referral.firstReady == ready)
        #expect(scene.review() == [], "the last moment")
        scene.clock.advance(by: .milliseconds(1))
        #expect(scene.review() == [.failed(.deadline)])
        #expect(scene.dispatch() == .stop([.failed(.deadline)]))
    }

    @Test func `what could be tried only after the deadline fails at once`() {
        var rule = Example.noticeRule
        rule.deadline = .seconds(301)
        for (failures, status) in [(1, Referral.Status.ready), (2, .ready), (3, .failed(.deadline))] {
            var scene = Scene(rule: rule)
            scene.apply([.readied(Example.recipient)])
            for _ in 0..<failures {
                scene.attempt(.unreachable, jitter: 0)
                if let next = scene.referral.message?.nextAttempt, scene.referral.status == .ready, next > scene.clock.now {
                    scene.clock.advance(by: next - scene.clock.now)
                }
            }
            #expect(scene.referral.status == status, "\(failures)")
        }
    }

    @Test(arguments: [400, 401, 403, 404, 405, 409, 413, 415, 422, 451, 499])
    func `a refusal stops the notice at once`(status: Int) {
        var scene = Scene.ready
        scene.attempt(Outcome(status: status, retryAfter: .seconds(5)))
        #expect(scene.referral.status == .failed(.rejected))
        #expect(scene.provider.endpoints[Example.recipient]?.consecutiveFailures == 0, "the endpoint answers")
    }

    @Test(arguments: [301, 302, 307, 408, 410, 425, 429, 500, 502, 503, 504, 599, 100])
    func `anything else is tried again`(status: Int) {
        var scene = Scene.ready
        scene.attempt(Outcome(status: status, retryAfter: nil))
        #expect(scene.referral.status == .ready)
        #expect(scene.referral.message?.countedFailures == 1)
        #expect(scene.referral.message?.mayHaveArrived == false)
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func `any 2xx is success`(status: Int) {
        var scene = Scene.ready
        scene.attempt(Outcome(status: status, retryAfter: nil))
        #expect(scene.referral.status == .delivered(scene.clock.now))
        #expect(scene.referral.message?.outcome == .delivered)
    }

    @Test func `an attempt that a crash interrupted is unknown and tried again under the same identifier`() {
        var scene = Scene.sending
        #expect(Scene.ready.referral.interrupted(at: scene.clock.now, jitter: 1) == [])
        let events = scene.referral.interrupted(at: scene.clock.now, jitter: 200)
        #expect(events.count == 1)
        scene.apply(events)
        #expect(scene.referral.status == .ready)
        #expect(scene.referral.message?.mayHaveArrived == true)
        scene.clock.advance(by: .seconds(5))
        guard case .send(let message, _, _) = scene.dispatch() else {
            Issue.record("it should be sent again")
            return
        }
        #expect(message.id == Example.notice)
    }

    @Test func `a huge Retry-After neither overflows nor holds a notice for ever`() async {
        await #expect(processExitsWith: .success) {
            var scene = Scene.ready
            scene.attempt(Outcome(status: 503, retryAfter: .seconds(Int64.max)))
            precondition(scene.referral.message?.nextAttempt == scene.clock.now + .seconds(86_400))
        }
    }
}
