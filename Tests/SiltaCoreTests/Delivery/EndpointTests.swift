import SiltaCore
import SiltaTesting
import Testing

/// The circuit breaker.
struct EndpointTests {
    private let start = instant("2026-09-08T15:00:00Z")
    private let recipient = Example.recipient

    private func provider(after outcomes: [Outcome]) -> Provider {
        var provider = Provider()
        for outcome in outcomes { provider.evolve(outcome: outcome, of: recipient, at: start) }
        return provider
    }

    private func availability(_ provider: Provider, after seconds: Int64 = 0) -> Endpoint.Availability? {
        provider.endpoints[recipient]?.availability(at: start + .seconds(seconds))
    }

    @Test(arguments: [Outcome.unreachable, .timedOut, Outcome(status: 500, retryAfter: nil), Outcome(status: 302, retryAfter: nil)])
    func `five failures in a row pause an endpoint for a minute, and then it is probed`(outcome: Outcome) {
        #expect(availability(provider(after: Array(repeating: outcome, count: 4))) == .open)
        let paused = provider(after: Array(repeating: outcome, count: 5))
        #expect(availability(paused) == .paused(until: start + .seconds(60)))
        #expect(availability(paused, after: 59) == .paused(until: start + .seconds(60)))
        #expect(availability(paused, after: 60) == .probing)
    }

    @Test func `pauses double up to an hour`() {
        var provider = provider(after: Array(repeating: .unreachable, count: 4))
        var now = start
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60, 60] as [Int64] {
            provider.evolve(outcome: .unreachable, of: recipient, at: now)
            let until = now + .seconds(minutes * 60)
            #expect(provider.endpoints[recipient]?.availability(at: now) == .paused(until: until), "\(minutes) min")
            now = until
            #expect(provider.endpoints[recipient]?.availability(at: now) == .probing)
        }
    }

    @Test(arguments: [Outcome.delivered(status: 200), Outcome(status: 422, retryAfter: nil)])
    func `an answer opens it again, also one that refuses the message`(outcome: Outcome) {
        #expect(availability(provider(after: Array(repeating: .unreachable, count: 9) + [outcome])) == .open)
        #expect(availability(provider(after: Array(repeating: .unreachable, count: 4) + [outcome] + [.unreachable])) == .open)
    }

    @Test func `Retry-After pauses at once, up to a day`() {
        let told = provider(after: [Outcome(status: 429, retryAfter: .seconds(120))])
        #expect(availability(told) == .paused(until: start + .seconds(120)))
        #expect(availability(told, after: 120) == .open)
        #expect(
            availability(provider(after: [Outcome(status: 503, retryAfter: .seconds(9_999_999))]))
                == .paused(until: start + .seconds(86_400)))
        let both = provider(after: [Outcome(status: 503, retryAfter: .seconds(600))] + Array(repeating: .unreachable, count: 4))
        #expect(availability(both) == .paused(until: start + .seconds(600)), "a later pause does not shorten it")
    }

    @Test func `410 stops it until its address changes or a person says so`() {
        #expect(Outcome(status: 410, retryAfter: nil).isGone)
        #expect(!Outcome(status: 404, retryAfter: nil).isGone)
        var provider = Provider()
        provider.evolve(.routesAdopted(.init(digest: "1", value: [Example.route])))
        provider.evolve(.stopped(status: 410), of: recipient)
        #expect(availability(provider, after: 1_000_000) == .stopped)
        provider.evolve(outcome: .delivered(status: 200), of: recipient, at: start)
        #expect(availability(provider) == .stopped)
        provider.evolve(.routesAdopted(.init(digest: "2", value: [Example.route])))
        #expect(availability(provider) == .stopped, "the address is the same")
        var moved = provider
        var route = Example.route
        route.url = "https://uusi.example/notices"
        moved.evolve(.routesAdopted(.init(digest: "3", value: [route])))
        #expect(availability(moved) == nil, "it begins anew")
        provider.evolve(.resumed, of: recipient)
        #expect(availability(provider) == .open)
    }

    @Test func `a paused or stopped endpoint uses up no attempt, and a probe is not counted`() {
        var scene = Scene.retrying()
        for _ in 0..<5 { scene.provider.evolve(outcome: .unreachable, of: recipient, at: scene.clock.now) }
        #expect(scene.dispatch() == .wait)
        for number in 2...40 {
            scene.clock.advance(by: .seconds(3600))
            guard case .send(_, let attempt, _) = scene.dispatch() else {
                Issue.record("probe \(number) should go")
                return
            }
            #expect(attempt == Attempt(number: number, isProbe: true))
            scene.attempt(number.isMultiple(of: 2) ? .unreachable : .timedOut)
            #expect(scene.referral.message?.countedFailures == 1)
            #expect(scene.referral.status == .ready)
        }
        scene.clock.advance(by: .seconds(3600))
        scene.attempt(.delivered(status: 200))
        #expect(scene.referral.message?.outcome == .delivered)
        #expect(scene.provider.endpoints[recipient]?.availability(at: scene.clock.now) == .open)
        var stopped = Scene.ready
        stopped.provider.evolve(.stopped(status: 410), of: recipient)
        #expect(stopped.dispatch() == .wait)
    }
}
