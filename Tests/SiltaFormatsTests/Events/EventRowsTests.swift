import SiltaCore
import SiltaTesting
import Testing

@testable import SiltaFormats

/// What goes from and to bytes at once means what it means by way of values.
struct EventRowsTests {
    private static let types = ["absence.recorded.v1", "absence.reclassified.v1", "absence.retimed.v1", "absence.withdrawn.v1"]

    private static func anyEvent(_ random: inout SeededRandom, _ count: ClosedRange<Int> = 1...5) -> PupilEvent {
        let source = random.anySource()
        switch random.number(0...3) {
        case 0: return .absencesRecorded(source, random.many(count) { $0.anyMark() })
        case 1:
            return .absencesReclassified(
                source, random.many(count) { .init(key: MarkKey($0.anyKey()), markClass: $0.pick(MarkClass.allCases), code: $0.text()) })
        case 2:
            return .absencesRetimed(
                source,
                random.many(count) {
                    .init(key: MarkKey($0.anyKey()), date: $0.anyDate(), start: $0.anyTime(), minutes: Int32($0.number(-9...900)))
                })
        default: return .absencesWithdrawn(source, random.many(count) { MarkKey($0.anyKey()) })
        }
    }

    /// The event by way of values: the whole text parsed, then its members looked up.
    private static func general(_ type: String, _ secret: [UInt8]) throws -> PupilEvent {
        let json = try JSON.parse(secret)
        let source: SourceID = try json.read("source")
        switch type {
        case "absence.recorded.v1": return .absencesRecorded(source, try json.read("marks"))
        case "absence.reclassified.v1": return .absencesReclassified(source, try json.read("marks"))
        case "absence.retimed.v1": return .absencesRetimed(source, try json.read("marks"))
        default: return .absencesWithdrawn(source, try json.read("keys"))
        }
    }

    /// The bytes by way of values.
    private static func tree(_ event: PupilEvent) -> JSON {
        switch event {
        case .absencesRecorded(let source, let marks): ["source": source.json, "marks": marks.json]
        case .absencesReclassified(let source, let marks): ["source": source.json, "marks": marks.json]
        case .absencesRetimed(let source, let marks): ["source": source.json, "marks": marks.json]
        case .absencesWithdrawn(let source, let keys): ["source": source.json, "keys": keys.json]
        default: .null
        }
    }

    @Test func `bytes that are written at once are those of the values`() {
        for seed in UInt64(1)...500 {
            var random = SeededRandom(seed: seed)
            let event = Self.anyEvent(&random)
            let written = EventCodec.encode(.pupil(Example.pupil, event)).map(\.secret)
            #expect(written == [Self.tree(event).bytes], "seed \(seed)")
        }
    }

    @Test func `runs are as long as they may be, and together they are all items in order`() throws {
        for seed in UInt64(1)...4 {
            var random = SeededRandom(seed: seed)
            let marks = random.many(1500...3000) { $0.anyMark() }
            var rest = marks[...]
            for bytes in EventCodec.encode(.pupil(Example.pupil, .absencesRecorded("primus", marks))) {
                // As it was cut from the first version on: an item and its comma each.
                var size = 0
                let run = rest.prefix { mark in
                    size += mark.json.bytes.count + 1
                    return size <= EventCodec.maximumItemBytes
                }
                #expect(bytes.secret == Self.tree(.absencesRecorded("primus", Array(run))).bytes, "seed \(seed)")
                rest = rest.dropFirst(run.count)
            }
            #expect(rest.isEmpty, "seed \(seed)")
        }
    }

    @Test func `an item that is longer than a run stands alone`() {
        let long = MarkKey(String(repeating: "x", count: EventCodec.maximumItemBytes + 1))
        for keys in [[long], ["1", long], [long, "1"], ["1", long, "2"], [long, long]] as [[MarkKey]] {
            let runs = EventCodec.encode(.pupil(Example.pupil, .absencesWithdrawn("primus", keys))).map(\.secret)
            #expect(runs == keys.map { Self.tree(.absencesWithdrawn("primus", [$0])).bytes })
        }
    }

    @Test func `what is read at once is what is read by way of values, of anything`() throws {
        var read = 0
        for seed in UInt64(1)...20_000 {
            var random = SeededRandom(seed: seed)
            let event = Self.anyEvent(&random, 0...3)
            var bytes = Self.tree(event).bytes
            if seed > 500 { Self.spoil(&bytes, &random) }
            let type =
                random.chance(90) ? EventCodec.encode(.pupil(Example.pupil, event)).first?.type ?? Self.types[0] : random.pick(Self.types)
            let direct = try? EventCodec.decodeRows(type, bytes)
            let general = try? Self.general(type, bytes)
            #expect(direct == general, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            if direct != nil { read += 1 }
        }
        // Spoiling leaves enough whole for the comparison to mean something.
        #expect(read > 3000)
    }

    /// Changes that keep it JSON, and changes that do not.
    private static func spoil(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0..<random.number(1...2) {
            let places = bytes.indices.filter { ",:[]{}".utf8.contains(bytes[$0]) }
            let place = random.pick(places)
            switch random.number(0...7) {
            case 0: bytes.insert(contentsOf: Array(random.pick([" ", "\n", "\t\r "]).utf8), at: place)
            case 1:
                bytes.insert(
                    contentsOf: Array(random.pick(["null", "1.0", "-0", "\"\\u0031\"", "99999999999999999999", "{}", "[[]]"]).utf8),
                    at: place)
            case 2:
                bytes.insert(
                    contentsOf: Array(random.pick([",\"more\":1", ",\"source\":\"x\"", ",\"marks\":[]", ",\"keys\":[]"]).utf8),
                    at: bytes.count - 1)
            case 3: bytes.insert(contentsOf: Array("\"more\":{\"a\":[1]},".utf8), at: 1)
            case 4: bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("-0", with: "\\u002d0").utf8)
            case 5: bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("\"0", with: "\"").utf8)
            case 6: bytes.remove(at: random.number(0...bytes.count - 1))
            default: bytes[random.number(0...bytes.count - 1)] ^= 1 << UInt8(random.number(0...7))
            }
            if bytes.count < 3 { return }
        }
    }

    @Test func `an event without a secret lacks its members`() throws {
        let entry = Entry(
            position: Position(1), stream: .pupil(Example.pupil), version: StreamVersion(1), type: Self.types[0],
            recorded: Instant(milliseconds: 0), actor: .person("m"), payload: [:])
        #expect(throws: EntryError("\"source\" is missing")) { try EventCodec.decode(entry, secret: nil) }
    }
}
