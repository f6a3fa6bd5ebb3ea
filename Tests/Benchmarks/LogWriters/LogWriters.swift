import ArgumentParser
import Foundation
import SiltaCore
import SiltaFormats
import SiltaLog

/// What `bench.py` runs to measure appending by itself: the log as the daemon opens it, and nothing around it.
@main
struct LogWriters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-log", abstract: "Appends to a log, and tells how fast.", subcommands: [Writers.self, Growth.self])
}

/// What is appended: marks of pupils, about as large as one lesson's, sealed under a key of each pupil's.
struct Marks: Sendable {
    private let pupils: [(stream: EventStream, key: DataKey)]
    private static let plaintext = [UInt8](repeating: 0x61, count: 150)

    /// - Parameter pupils: how many; as many streams.
    init(pupils: Int) throws {
        var generator = SystemRandomNumberGenerator()
        self.pupils = try (0..<pupils).map { _ in
            let pupil = PupilID(bits: .random(in: .min ... .max, using: &generator))
            let key = KeyID(String(UInt128.random(in: .min ... .max, using: &generator), radix: 16))
            return (.pupil(pupil), try DataKey(id: key, bytes: randomBytes(DataKey.byteCount)))
        }
    }

    /// A mark of a pupil that is drawn anew each time.
    func next() -> Draft {
        let (stream, key) = pupils[Int.random(in: 0..<pupils.count)]
        return Draft(
            stream: stream, type: "absence.recorded.v1", actor: .source(SourceID("primus")),
            secret: Draft.Secret(plaintext: Marks.plaintext, key: key))
    }
}

extension SQLiteLog {
    /// - Parameter file: made if it is not there.
    convenience init(benchmarking file: URL) throws {
        try self.init(path: file.path, access: .creator, randomBytes: randomBytes)
    }

    /// One transaction, whatever the head is.
    func append(_ marks: Marks, count: Int) throws {
        _ = try append(ifHeadIs: nil, recorded: .benchmark) { put in
            for _ in 0..<count { _ = try put(marks.next()) }
        }
    }
}

extension Instant {
    /// Of every entry: writers that race must not be refused because one of them looked at the clock a moment earlier.
    static let benchmark = Instant(milliseconds: 1_790_000_000_000)
}

func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
}

func say(_ members: [JSON.Member]) {
    print(JSON.object(members).text)
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
