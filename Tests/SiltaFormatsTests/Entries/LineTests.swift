import Foundation
import SiltaCore
import SiltaTesting
import Testing

@testable import SiltaFormats

/// Lines that are written and held to their columns without a value in between.
struct LineTests {
    /// Entries of any kind, such as cannot be read back among them.
    private static func anyEntry(_ random: inout SeededRandom) -> Entry {
        let isSealed = random.chance(50)
        let payloads: [JSON] = [
            [:], ["a": 1], .object([.init(random.text(), .string(random.text()))]), .object([.init("a", 1), .init("a", 2)]), [], .null,
            ["n": .number("1.5")], ["n": .number("15")], ["n": .number("x")], nested(random.number(60...66)),
        ]
        let spoiled = random.chance(10)
        return Entry(
            position: Position(Int64(random.number((spoiled ? -3 : 0)...1_000_000_000))),
            stream: random.pick([
                .provider, .access, .source(SourceID(random.chance(20) ? "\u{301}a" : random.text(0...3))),
                .endpoint(RecipientID("e" + random.text())),
                .pupil(PupilID(bits: random.bits())), .notice(NoticeID(random: random.bits())),
            ]), version: StreamVersion(Int64(random.number((spoiled ? -3 : 1)...1_000_000))), type: random.text(),
            recorded: Instant(milliseconds: Int64(random.number(-62_135_596_900_000...253_402_300_899_999))),
            actor: random.pick([
                .person(random.text(0...3)), .person("\u{20E3}x"), .service("assessment"), .source(SourceID(random.text(0...3))),
            ]),
            cause: random.chance(50) ? Position(Int64(random.number((spoiled ? -3 : 0)...7))) : nil,
            payload: !isSealed || random.chance(30) ? random.pick(payloads) : nil,
            key: isSealed != (spoiled && random.chance(30))
                ? KeyID(random.chance(90) ? String(repeating: "a", count: 32) : random.text()) : nil,
            sealed: isSealed ? random.bytes(random.number(0...200)) : nil)
    }

    private static func nested(_ depth: Int) -> JSON { depth == 0 ? [:] : ["d": nested(depth - 1)] }

    @Test func `an entry says truly whether it reads back`() {
        var counts = (yes: 0, no: 0)
        for seed in UInt64(1)...5000 {
            var random = SeededRandom(seed: seed)
            let entry = Self.anyEntry(&random)
            let readsBack = (try? Entry(line: entry.line)) == entry && entry.line.count <= Entry.maximumBytes
            #expect(entry.readsBack == readsBack, "seed \(seed): \(String(decoding: entry.line, as: UTF8.self))")
            if readsBack { counts.yes += 1 } else { counts.no += 1 }
        }
        #expect(counts.yes > 1000 && counts.no > 500, "\(counts)")
    }

    @Test func `a line is by way of values what it is without`() {
        for seed in UInt64(1)...1000 {
            var random = SeededRandom(seed: seed)
            let entry = Self.anyEntry(&random)
            let tree = JSON.fields([
                "position": .integer(entry.position.value), "stream": .string(entry.stream.description),
                "version": .integer(entry.version.value), "type": .string(entry.type), "recorded": .string(entry.recorded.description),
                "actor": .string(entry.actor.description), "cause": entry.cause.map { .integer($0.value) }, "payload": entry.payload,
                "key": entry.key.map { .string($0.rawValue) }, "sealed": entry.sealed.map { .string(Data($0).base64EncodedString()) },
            ])
            #expect(entry.line == tree.bytes, "seed \(seed)")
        }
    }

    @Test func `a line that is as it is written is an entry of its columns, and one that is changed is none`() throws {
        var check = LineCheck()
        var written = 0
        for seed in UInt64(1)...10_000 {
            var random = SeededRandom(seed: seed)
            let entry = Self.anyEntry(&random)
            var line = entry.line
            if random.chance(60) {
                let at = random.number(0...line.count - 1)
                switch random.number(0...3) {
                case 0: line[at] ^= 1 << UInt8(random.number(0...7))
                case 1: line.remove(at: at)
                case 2: line.insert(random.pick(Array(" \"\\=,:{}".utf8)), at: at)
                default: line.removeSubrange(at...)
                }
            }
            let read = try? Entry(line: line)
            let isOfColumns =
                read.map {
                    $0.position == entry.position && $0.stream == entry.stream && $0.version == entry.version
                        && $0.type.utf8.elementsEqual(entry.type.utf8) && $0.recorded == entry.recorded
                } ?? false
            let isWritten = check.isWritten(line, of: entry)
            if isWritten { #expect(isOfColumns, "seed \(seed): \(String(decoding: line, as: UTF8.self))") }
            if isOfColumns, read?.line == line, read?.hasPlainActorAndKey == true {
                #expect(isWritten, "seed \(seed): \(String(decoding: line, as: UTF8.self))")
            }
            if isWritten { written += 1 }
        }
        #expect(written > 1000)
    }

    @Test func `columns of another entry are found`() {
        var random = SeededRandom(seed: 1)
        var check = LineCheck()
        let entry = Entry(
            position: Position(5), stream: .pupil(PupilID(bits: random.bits())), version: StreamVersion(2), type: "a.v1",
            recorded: Instant(milliseconds: 7), actor: .service("x"), payload: [:])
        let isWritten = check.isWritten(entry.line, of: entry)
        #expect(isWritten)
        for change in [
            { $0.position = Position(6) }, { $0.stream = .provider }, { $0.version = StreamVersion(3) }, { $0.type = "a.v2" },
            { $0.recorded = Instant(milliseconds: 8) },
        ] as [(inout Entry) -> Void] {
            var other = entry
            change(&other)
            let isTaken = check.isWritten(entry.line, of: other)
            #expect(!isTaken)
        }
    }

    @Test func `streams, instants, dates and times are in bytes what they are as text`() {
        for seed in UInt64(1)...2000 {
            var random = SeededRandom(seed: seed)
            let instant = Instant(milliseconds: Int64(random.number(-62_135_596_800_000...253_402_300_799_999)))
            #expect(instant.bytes.elementsEqual(instant.description.utf8), "seed \(seed)")
            for stream in [EventStream.pupil(PupilID(bits: random.bits() >> UInt128(random.number(0...127)))), .source(random.anySource())]
            {
                #expect(stream.bytes.elementsEqual(stream.description.utf8), "seed \(seed)")
            }
            let date = LocalDate(dayNumber: Int32(random.number(-719_162...2_932_896)))
            var bytes: [UInt8] = []
            date.write(into: &bytes)
            #expect(bytes == date.json.bytes, "seed \(seed)")
            let numbers: [Int64] = [.min, .max, 0, -1, 9, 10, Int64(truncatingIfNeeded: random.next())]
            for number in numbers { #expect(JSON.integer(number).text == String(number)) }
        }
    }
}

extension LineCheck {
    fileprivate mutating func isWritten(_ line: [UInt8], of entry: Entry) -> Bool {
        var (stream, type, recorded) = (entry.stream.description, entry.type, entry.recorded.description)
        return stream.withUTF8 { stream in
            type.withUTF8 { type in
                recorded.withUTF8 { recorded in
                    isWritten(
                        line, position: entry.position, stream: stream, version: entry.version, type: type, recorded: recorded)
                }
            }
        }
    }
}

extension Entry {
    /// Nothing that is escaped stands in them, and the key is of ASCII.
    fileprivate var hasPlainActorAndKey: Bool {
        actor.description.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
            && (key?.rawValue.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x80 && $0 != 0x22 && $0 != 0x5C } ?? true)
    }
}
