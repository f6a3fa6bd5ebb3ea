import SiltaCore
import SiltaTesting
import Testing

@testable import SiltaState

@Suite struct `A pupil as a row` {
    private func read(_ bytes: [UInt8]) throws -> Pupil {
        try bytes.withUnsafeBytes { try PupilFormat.pupil(Example.pupil, $0) }
    }

    @Test func `what is written is read and equal pupils are equal bytes`() throws {
        for seed in UInt64(1)...500 {
            var random = SeededRandom(seed: seed)
            let pupil = random.anyPupil(Example.pupil)
            let bytes = PupilFormat.bytes(of: pupil)
            let again = try read(bytes)
            #expect(again == pupil, "seed \(seed)")
            #expect(PupilFormat.bytes(of: again) == bytes, "seed \(seed)")
        }
    }

    @Test func `a row that is damaged is a failure or another pupil and never a crash`() throws {
        for seed in UInt64(1)...2000 {
            var random = SeededRandom(seed: seed)
            var bytes = PupilFormat.bytes(of: random.anyPupil(Example.pupil))
            switch random.number(0...2) {
            case 0: bytes.removeLast(random.number(1...bytes.count))
            case 1: bytes.append(UInt8(random.number(0...255)))
            default: bytes[random.number(0...bytes.count - 1)] = UInt8(random.number(0...255))
            }
            do { _ = try read(bytes) } catch { #expect((error as? StateFailure)?.code == .unreadable, "seed \(seed)") }
        }
        #expect(throws: StateFailure.self) { _ = try read([]) }
        #expect(throws: StateFailure.self) { _ = try read([3, 0, 0, 0, 0, 0]) }
        #expect(throws: StateFailure.self) { _ = try read([2] + [UInt8](repeating: 0xFF, count: 20)) }
    }

    @Test func `a year of marks is small`() {
        var pupil = Pupil(id: Example.pupil)
        pupil.evolve(
            .absencesRecorded(
                Example.source,
                (0..<60).map { Example.mark("\(5_000_000 + $0 * 97)", on: day("2026-08-12").adding(days: $0 * 4), at: time("08:15")) }))
        #expect(PupilFormat.bytes(of: pupil).count < 60 * 12)
    }
}
