import SiltaCore
import SiltaTesting
import Testing

struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1), ("1969-12-31T23:59:59.999Z", -1), ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T19:00:00-05:00", 0), ("1970-01-01T00:00:00-00:00", 0), ("2026-10-05T17:00:00.123Z", 1_791_219_600_123),
        ("2026-10-05T20:00:00.123+03:00", 1_791_219_600_123), ("2026-10-05T17:00:00.1Z", 1_791_219_600_100),
        ("2026-10-05T17:00:00.12Z", 1_791_219_600_120), ("2026-10-05T22:45:00.12+05:45", 1_791_219_600_120),
        ("2000-02-29T23:59:59.999Z", 951_868_799_999),
    ])
    func `an instant is read with its fraction and offset`(text: String, milliseconds: Int64) throws {
        #expect(try #require(Instant(text)).milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-10-05", "2026-10-05T17:00:00", "2026-10-05 17:00:00Z", "2026-10-05t17:00:00z", "2026-10-05T24:00:00Z",
        "2026-10-05T17:60:00Z", "2026-10-05T17:00:60Z", "2026-10-05T17:00Z", "2026-10-05T17:00:00.Z", "2026-10-05T17:00:00.1234Z",
        "2026-10-05T17:00:00.12", "2026-10-05T17:00:00+3:00", "2026-10-05T17:00:00+0300", "2026-10-05T17:00:00+24:00",
        "2026-10-05T17:00:00+03:60", "2026-10-05T17:00:00ZZ", "2026-10-05T17:00:00Z ", " 2026-10-05T17:00:00Z", "2026-02-30T17:00:00Z",
        "2026-10-05T1７:00:00Z", "2026-10-05T-1:00:00Z", "2026-10-05T+1:00:00Z", "2026-10-05T17:00:00−03:00", "99999-10-05T17:00:00Z",
        "ää2026-10-05T17:00:00Z", "2026-10-05T17:00:00,5Z",
    ])
    func `what is no instant is none`(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test func `an instant is written in UTC with three decimals and reads back`() {
        #expect(instant("2026-10-05T20:00:00+03:00").description == "2026-10-05T17:00:00.000Z")
        #expect(Instant(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
        for seed in UInt64(0)..<10 {
            var random = SeededRandom(seed: seed)
            for _ in 0..<500 {
                let instant = Instant(milliseconds: Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random))
                #expect(Instant(instant.description) == instant, "seed \(seed)")
            }
        }
    }

    @Test(arguments: ["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999-00:01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])
    func `what is read can be written so that it reads again`(text: String) {
        if let instant = Instant(text) { #expect(Instant(instant.description) == instant) }
    }

    @Test func `adding never overflows, and the difference is what was added`() {
        let noon = instant("2026-10-05T12:00:00Z")
        #expect((noon + .seconds(90)) - noon == .seconds(90))
        #expect(noon + .milliseconds(-1) < noon)
        #expect(Instant(milliseconds: .max) + .seconds(1) == Instant(milliseconds: .max))
        #expect(Instant(milliseconds: .min) + .seconds(-1) == Instant(milliseconds: .min))
    }

    @Test func `a manual clock knows the local date`() {
        var clock = ManualClock(instant("2026-09-08T21:59:59.999Z"))
        #expect(clock.moment.today == day("2026-09-08"))
        clock.advance(by: .milliseconds(1))
        #expect(clock.moment == Moment(instant: instant("2026-09-08T22:00:00Z"), today: day("2026-09-09")))
    }
}

struct LocalTimeTests {
    @Test func `every minute of a day reads back`() {
        for minute in 0..<1440 {
            let time = LocalTime(minuteOfDay: minute)
            #expect(time?.minuteOfDay == Int16(minute))
            #expect(time.flatMap { LocalTime($0.description) } == time)
        }
        #expect(LocalTime("8:05") == LocalTime("08:05"))
        #expect(LocalTime("08:05")?.description == "08:05")
    }

    @Test(arguments: [
        "", ":", "8", "8:5", "24:00", "23:60", "008:05", "08:005", "-1:00", "+8:00", "08.05", "08:05:00", " 8:05", "8:05 ", "８:05", "8:0a",
        "08::05", "08:05\n",
    ])
    func `what is no time is none`(text: String) {
        #expect(LocalTime(text) == nil)
    }

    @Test func `a minute outside the day is none`() {
        #expect(LocalTime(minuteOfDay: -1) == nil)
        #expect(LocalTime(minuteOfDay: 1440) == nil)
        #expect(LocalTime(hour: 24, minute: 0) == nil)
        #expect(LocalTime(hour: 0, minute: 60) == nil)
    }
}
