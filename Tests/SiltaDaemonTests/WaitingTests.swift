import Glibc
import SiltaCore
import Testing

@testable import SiltaDaemon

/// Bells, threads and queues: whoever waits is woken, and never waits for ever.
struct WaitingTests {
    @Test(.timeLimit(.minutes(5))) func `a ring between looking and waiting is not missed`() async {
        let bell = Bell()
        let rings = bell.rings
        bell.ring()
        // Where it were missed, this would wait for a day.
        await bell.wait(since: rings, atMost: .seconds(86_400))
        #expect(bell.rings == rings + 1)
    }

    @Test func `a ring wakes everybody, a cancellation wakes its own`() async {
        let bell = Bell()
        await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { await bell.wait(since: 0, atMost: .seconds(60)) } }
            try? await Task.sleep(for: .milliseconds(20))
            bell.ring()
            await group.waitForAll()
        }
        let waiting = Task { await bell.wait(since: bell.rings, atMost: .seconds(60)) }
        waiting.cancel()
        await waiting.value
    }

    @Test func `what blocks for too long is left behind, what ends in time is not`() async {
        let stop = Stop()
        let late: Int? = await OwnThread.run(atMost: .milliseconds(20)) {
            while !stop.isAsked { usleep(1000) }
            return 1
        }
        #expect(late == nil)
        stop.ask()
        for number in 0..<100 {
            #expect(await OwnThread.run(atMost: .seconds(60)) { number } == number)
        }
    }

    @Test func `whoever waits for a poll is told, also where the service ends`() async throws {
        let (polls, bell) = (PollQueue(), Bell())
        let asked = Task { try await polls.result(of: "primus", ring: bell) }
        while !polls.isWanted("primus") { await Task.yield() }
        polls.giveUp()
        await #expect(throws: DeskUnavailable.self) { try await asked.value }
        let again = Task { try await polls.result(of: "primus", ring: bell) }
        while !polls.isWanted("primus") { await Task.yield() }
        for continuation in polls.take("primus") { continuation.resume(returning: .failed(reason: "x")) }
        #expect(try await again.value == .failed(reason: "x"))
    }

    @Test func `a stop rings every bell, and is not missed by who comes later`() async {
        let (stop, bell) = (Stop(), Bell())
        stop.rings(bell)
        let waiting = Task { await bell.wait(since: bell.rings, atMost: .seconds(60)) }
        try? await Task.sleep(for: .milliseconds(10))
        stop.ask()
        await waiting.value
        await stop.wait(atMost: .seconds(60))
        #expect(stop.isAsked)
    }
}
