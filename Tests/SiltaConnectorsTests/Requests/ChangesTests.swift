import SiltaCore
import Testing

@testable import SiltaConnectors

/// Against an https server of its own. One after the other: asking blocks its thread.
@Suite(.serialized) final class `A server's changes` {
    private let server: RegisterServer
    private let since = """
        items: ""
        incremental: {since: {query: since, format: epoch, look-back: 10s}}
        deletes: {request: {path: /deleted}, items: /data/marks, key: "", since: {query: after, format: date-time, look-back: 10s}}
        """

    init() throws {
        server = try RegisterServer()
        // 2026-10-05T07:00:10Z
        try server.set("\"now\": 1791183610")
    }

    @Test func `are asked for after everything was read, with what was deleted`() throws {
        let connector = try server.connector("/changes", since)
        let first = try connector.read()
        #expect(first.keys.count == 7 && first.complete == [.absence] && first.deleted.isEmpty)
        #expect(
            try server.set(
                #""changed": [{"id": "m8", "pupil": {"number": "100001"}, "day": "2026-09-15", "minutes": 45}], "deleted": ["m1", 17]"#)
                == ["GET /changes"])
        let second = try #require(try connector.next(after: first).reading)
        #expect(second.keys == ["m8"] && second.complete.isEmpty && second.deleted == [.absence: ["m1", "17"]])
        #expect(try server.set() == ["GET /changes?since=1791183600", "GET /deleted?after=2026-10-05T07%3A00%3A00Z"])
    }

    @Test func `reach the second record of what is deleted, and are all that some streams tell`() throws {
        let own = since.replacing("key: \"\"", with: "key: \"\", suffixes: [/excused]") + "\nonly: changes"
        let connector = try server.connector("/changes", own)
        let first = try connector.read()
        #expect(first.keys.isEmpty && first.complete == [.absence])
        #expect(try server.set(#""deleted": ["m1"]"#) == [])
        let second = try #require(try connector.next(after: first).reading)
        #expect(second.deleted == [.absence: ["m1", "m1/excused"]] && second.complete.isEmpty)
    }

    @Test func `may be none`() throws {
        let connector = try server.connector("/changes", since)
        let first = try connector.read()
        #expect(try connector.next(after: first).isUnchanged)
        let held = try #require(try connector.next(after: first, isCurrent: false).reading)
        #expect(held.keys.isEmpty && held.complete.isEmpty)
        #expect(try connector.next(after: held).isUnchanged)
    }

    @Test func `of one record are the last that is told of it`() throws {
        let connector = try server.connector("/changes", since)
        let first = try connector.read()
        let mark = #"{"id": "m1", "pupil": {"number": "100001"}, "day": "2026-09-15", "minutes": "#
        try server.set("\"changed\": [\(mark)45}, \(mark)90}]")
        let second = try #require(try connector.next(after: first).reading)
        #expect(second.keys == ["m1"] && second.absences[0].mark.minutes == 90 && second.rejected.isEmpty)
    }

    @Test func `that have expired mean everything again`() throws {
        let connector = try server.connector("/changes", since)
        let first = try connector.read()
        try server.set("\"gone\": true")
        let second = try #require(try connector.next(after: first).reading)
        #expect(second.keys.count == 7 && second.complete == [.absence])
        #expect(try server.set().suffix(2) == ["GET /changes?since=1791183600", "GET /changes"])
    }

    @Test func `go from version to version`() throws {
        let stream = """
            items: ""
            incremental: {version: {now: {path: /versions, at: /newest}, from: from, through: through}}
            deletes: {request: {path: /deleted}, items: /data/marks, key: "", version: {from: low}}
            """
        let connector = try server.connector("/changes", stream)
        let first = try connector.read()
        #expect(first.keys.count == 7)
        #expect(try connector.next(after: first).isUnchanged)
        #expect(try server.set("\"version\": 9, \"deleted\": [\"m2\"]") == ["GET /versions", "GET /changes", "GET /versions"])
        let second = try #require(try connector.next(after: first).reading)
        #expect(second.deleted == [.absence: ["m2"]])
        #expect(try server.set() == ["GET /versions", "GET /changes?from=5&through=9", "GET /deleted?low=5"])
    }
}
