import SiltaCore
import SiltaTesting
import Testing

struct LocalDateTests {
    @Test(arguments: [
        ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11_016, 2), ("2000-03-01", 11_017, 3), ("1900-03-01", -25_508, 4),
        ("2026-08-12", 20_677, 3), ("2027-06-05", 20_974, 6), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
        ("2024-12-31", 20_088, 2), ("2038-01-19", 24_855, 2),
    ])
    func `a date is its day number and weekday`(text: String, number: Int32, weekday: Int) throws {
        let date = try #require(LocalDate(text))
        #expect(date.dayNumber == number)
        #expect(date.weekday == weekday)
        #expect(LocalDate(dayNumber: number).description == text)
    }

    @Test func `every day of three centuries follows the one before`() {
        // 1 January 1900 was a Monday, 25,567 days before 1970.
        var (year, month, dayOfMonth, number, weekday) = (1900, 1, 1, Int32(-25_567), 1)
        while year < 2200 {
            let date = LocalDate(dayNumber: number)
            let parts = date.components
            guard parts == (year, month, dayOfMonth), date.weekday == weekday,
                LocalDate(year: year, month: month, day: dayOfMonth) == date, LocalDate(date.description) == date
            else {
                Issue.record("day \(number) should be \(year)-\(month)-\(dayOfMonth), weekday \(weekday), and is \(date)")
                return
            }
            let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            dayOfMonth += 1
            if dayOfMonth > lengths[month - 1] { (month, dayOfMonth) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
            number += 1
            weekday = weekday == 7 ? 1 : weekday + 1
        }
        #expect(number == 84_006, "1 January 2200")
    }

    @Test func `any day of any year reads back as it was written`() throws {
        for seed in UInt64(0)..<20 {
            var random = SeededRandom(seed: seed)
            for _ in 0..<500 {
                let date = LocalDate(dayNumber: Int32(random.number(-719_162...2_932_896)))
                #expect(LocalDate(date.description) == date, "seed \(seed)")
                let days = random.number(-1000...1000)
                #expect(date.adding(days: days).dayNumber - date.dayNumber == Int32(days), "seed \(seed)")
            }
        }
    }

    @Test(arguments: [
        "", "2026", "2026-8-12", "2026-08-1", "2026-08-12 ", " 2026-08-12", "2026-08-12\n", "2026-13-01", "2026-00-10", "2026-02-29",
        "1900-02-29", "2026-04-31", "2026-01-00", "0000-01-01", "12026-08-12", "+026-08-12", "-026-08-12", "2026/08/12", "20260812",
        "2026-08-12T00:00:00Z", "２０２６-08-12", "2026‐08‐12", "2026-08-1２", "2026-0a-12", "\u{0}026-08-12", "2026-08-12\u{301}",
        "12.8.2026",
    ])
    func `what is no date is none`(text: String) {
        #expect(LocalDate(text) == nil)
    }

    @Test func `a span holds both its ends, and without an end all that follows`() {
        let span = DateSpan(from: day("2026-08-12"), through: day("2026-08-14"))
        #expect(["2026-08-11", "2026-08-12", "2026-08-14", "2026-08-15"].map { span.contains(day($0)) } == [false, true, true, false])
        #expect(DateSpan(from: day("2026-08-12")).contains(day("9999-12-31")))
    }
}
