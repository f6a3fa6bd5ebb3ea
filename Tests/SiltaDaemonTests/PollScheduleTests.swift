import Testing

@testable import SiltaDaemon

struct PollScheduleTests {
    @Test func `a wait is the configured one, spread by a twentieth at most`() {
        var schedule = PollSchedule()
        schedule.ended(well: true)
        for jitter in UInt64(0)..<500 {
            let wait = schedule.wait(every: .seconds(900), jitter: jitter)
            #expect(wait >= .seconds(855) && wait <= .seconds(945))
        }
        #expect(schedule.wait(every: .seconds(900), jitter: .max) <= .seconds(945))
    }

    @Test func `after failures it comes sooner, then as seldom as configured`() {
        var schedule = PollSchedule()
        var waits: [Duration] = []
        for _ in 0..<8 {
            schedule.ended(well: false)
            waits.append(schedule.wait(every: .seconds(900), jitter: 50))
        }
        #expect(waits == [60, 120, 240, 480, 900, 900, 900, 900].map { .seconds($0) })
        schedule.ended(well: true)
        #expect(schedule.wait(every: .seconds(900), jitter: 50) == .seconds(900))
    }

    @Test func `a source that is polled often is not polled more often because it fails`() {
        var schedule = PollSchedule()
        for _ in 0..<200 { schedule.ended(well: false) }
        #expect(schedule.wait(every: .seconds(5), jitter: 50) == .seconds(5))
    }

    @Test func `a restart goes on with the turn that is under way`() {
        let schedule = PollSchedule()
        #expect(schedule.firstWait(every: .seconds(900), sinceLast: .seconds(600), jitter: 7) == .seconds(300))
        for sinceLast in [nil, Duration.seconds(901), .seconds(-5)] {
            #expect(schedule.firstWait(every: .seconds(900), sinceLast: sinceLast, jitter: .max) <= .seconds(2))
        }
    }
}
