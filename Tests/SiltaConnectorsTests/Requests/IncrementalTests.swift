import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `What is asked of a feed of changes` {
    private func plan(_ yaml: String) throws -> IncrementalPlan {
        try IncrementalPlan(YAMLDocument.parse(yaml, file: "connector.yaml"))
    }

    private let week = 7 * 86_400

    @Test func `is everything at first, once a week, and where a clock went back`() throws {
        let plan = try plan("{since: {query: since}}")
        let known = RequestCursor.State(everything: 1_000_000, since: 1_500_000)
        #expect(Reach([plan], after: nil, now: 1_000_000) == .everything)
        #expect(Reach([plan], after: known, now: 1_000_000 + week - 1) == .changes(since: 1_500_000, versions: [:]))
        #expect(Reach([plan], after: known, now: 1_000_000 + week) == .everything)
        #expect(Reach([plan], after: known, now: 999_999) == .everything)
        #expect(Reach([], after: known, now: 1_000_001) == .everything)
        let daily = try self.plan("{since: {query: since}, everything-every: 1d}")
        #expect(Reach([plan, daily], after: known, now: 1_000_000 + 86_400) == .everything)
    }

    @Test(arguments: [
        ("date-time", "2026-10-05T20:59:30Z"), ("yyyy-MM-dd HH:mm:ss", "2026-10-05 20:59:30"),
        ("date-time, text: \"modified>'{since}'\"", "modified>'2026-10-05T20:59:30Z'"), ("date", "2026-10-05"), ("epoch", "1791233970"),
    ])
    func `looks back from when the last reading began`(format: String, text: String) throws {
        let plan = try plan("{since: {query: after, format: \(format), look-back: 30s}}")
        let asked = try #require(plan.way.parameters(.changes(since: 1_791_234_000, versions: [:]), now: [:]))
        #expect(asked.map(\.name) == ["after"] && asked.map(\.value) == [text])
        #expect(plan.way.parameters(.everything, now: [:])?.isEmpty == true)
    }

    @Test func `goes from version to version, and is nothing where there is no new one`() throws {
        let plan = try plan("{version: {now: {path: /v, at: /newest}, from: min, through: max}, expired: [404, 410]}")
        #expect(plan.expired == [404, 410])
        let reach = Reach([plan], after: RequestCursor.State(everything: 100, since: 100, versions: ["/v": "5"]), now: 200)
        let asked = try #require(plan.way.parameters(reach, now: ["/v": "9"]))
        #expect(asked.map { "\($0.name)=\($0.value)" } == ["min=5", "max=9"])
        #expect(plan.way.parameters(reach, now: ["/v": "5"]) == nil)
        #expect(Reach([plan], after: RequestCursor.State(everything: 100, since: 100), now: 200) == .everything)
    }

    @Test func `is everything where versions went back, as of a register that was restored`() {
        let reach = Reach.changes(since: 1, versions: ["/v": "157", "/w": "x"])
        #expect(reach.isBehind(["/v": "70", "/w": "a"]) && !reach.isBehind(["/v": "157"]) && !reach.isBehind(["/v": "1000"]))
        #expect(!Reach.everything.isBehind(["/v": "1"]))
    }

    @Test func `is asked again where something could not be looked up`() throws {
        let known = RequestCursor.State(everything: 1_000_000, since: 1_500_000, versions: ["/v": "5"])
        var after = RequestCursor.State(everything: 1_000_000, since: 1_600_000, versions: ["/v": "9"])
        after.tellAgain(after: known, .changes(since: 1_500_000, versions: [:]), .seconds(week))
        #expect(after == known)
        var whole = RequestCursor.State(everything: 2_000_000, since: 2_000_000)
        let plan = try plan("{since: {query: a}}")
        whole.tellAgain(after: nil, .everything, .seconds(week))
        #expect(Reach([plan], after: whole, now: 2_000_000 + 86_399) != .everything)
        #expect(Reach([plan], after: whole, now: 2_000_000 + 86_400) == .everything)
    }

    @Test func `stands in a cursor`() {
        let state = RequestCursor.State(
            everything: 17, since: 18, versions: ["/v": "a \"b\""], validators: ["absence": .etag("\"x y\""), "consent": .modified("Mon")])
        for cursor in [
            RequestCursor(meaning: "m", content: "c", state: state),
            RequestCursor(meaning: "m", content: nil, state: .init(everything: 1, since: -2)),
        ] {
            #expect(RequestCursor(cursor.description) == cursor)
        }
        for text in ["", "requests-1", "requests-1 m c {", "requests-2 m c {\"everything\":1,\"since\":1}", "program-1 a b null"] {
            #expect(RequestCursor(text) == nil)
        }
    }

    @Test(arguments: [
        ("{since: {query: a}, version: {now: {path: /a, at: /b}, from: c}}", "this needs either since or version"),
        ("{since: {query: a, look-back: 31d}}", "this must be from 0s to 30d"),
        ("{since: {query: a}, everything-every: 31d}", "from 1d to 30d"),
        ("{version: {now: {path: v, at: /b}, from: c}}", "is not a path below the location"),
        ("{since: {query: a}, expired: [200]}", "from 400 to 599"),
    ])
    func `must be understood`(yaml: String, sentence: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try plan(yaml) }
        #expect("\(error)".contains(sentence))
    }
}
