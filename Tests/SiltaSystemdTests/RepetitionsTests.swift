import Testing

@testable import SiltaSystemd

struct RepetitionsTests {
    private let lines = (0..<10).map { JournalLine(.warning, "Line \($0).") }
    private let repetitions = Played(Repetitions(interval: .seconds(10), capacity: 3))

    private typealias Telling = Repetitions.Telling

    @Test func `the first is written at once, the same again is only counted`() {
        #expect(repetitions.take(lines[0], at: 1000) == [Telling(line: lines[0], count: 0, since: 1000)])
        #expect(repetitions.take(lines[0], at: 1000) == [] && repetitions.take(lines[0], at: 10_999) == [])
        #expect(repetitions.take(lines[1], at: 10_999) == [Telling(line: lines[1], count: 0, since: 10_999)])
    }

    @Test func `what goes on is told once an interval`() {
        var told: [Telling] = []
        for second in 0..<25 { told += repetitions.take(lines[0], at: Int64(second) * 1000) }
        #expect(told.map(\.count) == [0, 10, 10] && told.map(\.since) == [0, 0, 10_000])
    }

    @Test func `what has stopped is told when its interval is over, and then forgotten`() {
        _ = repetitions.take(lines[0], at: 0)
        _ = repetitions.take(lines[0], at: 1)
        #expect(repetitions.due(at: 9999) == [])
        #expect(repetitions.due(at: 10_000) == [Telling(line: lines[0], count: 1, since: 0)])
        #expect(repetitions.due(at: 19_999) == [] && repetitions.due(at: 20_000) == [])
        #expect(repetitions.take(lines[0], at: 20_001) == [Telling(line: lines[0], count: 0, since: 20_001)])
    }

    @Test func `what comes again after an interval of silence is new, whether anybody asked meanwhile or not`() {
        _ = repetitions.take(lines[0], at: 0)
        #expect(repetitions.take(lines[0], at: 10_000) == [Telling(line: lines[0], count: 0, since: 10_000)])
        _ = repetitions.take(lines[1], at: 20_000)
        #expect(repetitions.take(lines[0], at: 20_001) == [Telling(line: lines[0], count: 0, since: 20_001)])
    }

    @Test func `a new line comes after the counts that are due, the earliest first`() {
        for (index, time) in [(1, 0), (0, 5), (0, 6), (1, 7), (2, 8)] as [(Int, Int64)] { _ = repetitions.take(lines[index], at: time) }
        let told = repetitions.take(lines[3], at: 20_000)
        #expect(told.map(\.line) == [lines[1], lines[0], lines[3]] && told.map(\.count) == [1, 1, 0])
    }

    @Test func `where there is no room the oldest goes, and its count is told`() {
        for index in [0, 0, 0, 1, 2] { _ = repetitions.take(lines[index], at: Int64(index)) }
        #expect(
            repetitions.take(lines[3], at: 5) == [Telling(line: lines[0], count: 2, since: 0), Telling(line: lines[3], count: 0, since: 5)])
        #expect(repetitions.take(lines[4], at: 6) == [Telling(line: lines[4], count: 0, since: 6)])
        #expect(repetitions.take(lines[3], at: 6) == [] && repetitions.take(lines[2], at: 6) == [])
        #expect(repetitions.take(lines[0], at: 7).map(\.count) == [1, 0])
    }

    @Test func `at the end every count is told`() {
        for index in [0, 0, 1, 2, 2, 2] { _ = repetitions.take(lines[index], at: Int64(index)) }
        #expect(repetitions.rest().map(\.count) == [1, 2] && repetitions.rest() == [])
    }

    @Test func `a clock that is set back silences nothing`() {
        _ = repetitions.take(lines[0], at: 1_000_000)
        _ = repetitions.take(lines[0], at: 1_000_001)
        #expect(repetitions.take(lines[0], at: 10).map(\.count) == [2])
        #expect(repetitions.take(lines[0], at: 11) == [] && repetitions.due(at: 10_010).map(\.count) == [1])
    }

    @Test func `lines are the same by priority, message id, sentence and fields`() {
        let repetitions = Played(Repetitions())
        let variants = [
            JournalLine(.warning, "A."), JournalLine(.error, "A."), JournalLine(.warning, "B."),
            JournalLine(.warning, "A.", messageID: MessageID(1)), JournalLine(.warning, "A.", fields: ["provider": "x"]),
            JournalLine(.warning, "A.", fields: ["provider": "y"]),
        ]
        for line in variants { #expect(repetitions.take(line, at: 0).count == 1) }
        for line in variants { #expect(repetitions.take(line, at: 0).isEmpty) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func `no line is lost from the counts, whatever comes when`(seed: UInt64) {
        var random = Numbers(state: seed)
        let repetitions = Played(Repetitions(interval: .seconds(10), capacity: 4))
        var came = 0
        var told = 0
        var now: Int64 = 0
        var written: [JournalLine: Int64] = [:]
        for _ in 0..<2000 {
            now += Int64.random(in: 0...2000, using: &random)
            let isLate = Int.random(in: 0..<10, using: &random) == 0
            if !isLate { came += 1 }
            let tellings = isLate ? repetitions.due(at: now) : repetitions.take(lines[Int.random(in: 0..<6, using: &random)], at: now)
            for telling in tellings {
                told += max(1, telling.count)
                if telling.count > 0 { #expect(written[telling.line] == telling.since, "seed \(seed)") }
                written[telling.line] = now
            }
        }
        told += repetitions.rest().map(\.count).reduce(0, +)
        #expect(told == came, "seed \(seed)")
    }
}

/// So that expectations can hold calls that change it.
private final class Played {
    private var repetitions: Repetitions

    init(_ repetitions: Repetitions) { self.repetitions = repetitions }

    func take(_ line: JournalLine, at now: Int64) -> [Repetitions.Telling] { repetitions.take(line, at: now) }
    func due(at now: Int64) -> [Repetitions.Telling] { repetitions.due(at: now) }
    func rest() -> [Repetitions.Telling] { repetitions.rest() }
}

/// Random numbers that a seed repeats.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    }
}
