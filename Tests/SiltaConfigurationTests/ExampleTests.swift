import SiltaConfiguration
import SiltaCore
import Testing

struct ExampleTests {
    private func text(_ name: String) throws -> String {
        try #require(Configuration.example.first { $0.name == name }).text
    }

    @Test func `the example is read, names its own files, and discloses nothing yet`() throws {
        let configuration = try Configuration.parse(text("silta.yaml"), file: "silta.yaml")
        let provider = try #require(configuration.providers.first)
        #expect(configuration.providers.count == 1)
        #expect(provider.id == "jarvenpaa")
        #expect(provider.disclosure == .paused)
        #expect(provider.recipients.first?.delivery.url.text == "https://vastaanotto.example/notices")
        let policy = try Policy.parse(text(provider.policy.text), file: provider.policy.text)
        #expect(policy.tiers.map(\.tier) == [1, 2, 3])
        #expect(policy.notices.map(\.release) == [.byPerson])
        let year = try SchoolYear.parse(text(provider.calendar.text), file: provider.calendar.text)
        #expect(year.start == LocalDate("2026-08-12"))
        #expect(year.end == LocalDate("2027-06-05"))
        #expect(year.holidays.count == 5)
        #expect(year.schoolDays.count == 187)
    }

    @Test func `what the example says as a comment could stand there`() throws {
        for file in Configuration.example {
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
                // A comment that is a key and a value, and not a sentence.
                guard let match = line.wholeMatch(of: /( *)# ([a-z-]+: .*)/), !line.contains("After") else { return line }
                return match.1 + match.2
            }
            let text = lines.joined(separator: "\n")
            switch file.name {
            case "silta.yaml": _ = try Configuration.parse(text, file: file.name)
            case "calendar.yaml": #expect(try SchoolYear.parse(text, file: file.name).extraDays.count == 1)
            default: #expect(try Policy.parse(text, file: file.name).notices[0].contact?.role == "Kuraattori")
            }
        }
    }
}
