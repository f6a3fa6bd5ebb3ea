import SiltaCore
import SiltaDaemon
import SiltaLog
import SiltaTesting
import Synchronization

/// What reached a recipient's door, as the courier brought it.
struct Arrival: Sendable {
    var parcel: Parcel
    /// How far the log went at that moment.
    var logSize: Int64
    var clock: Instant
    var outcome: Outcome
    /// How often the recipient took it in.
    var taken: Int
}

/// The recipients' endpoints: each answers as its mood is, decided by the seed, the message and how often it came, so that the
/// order in which attempts run beside one another changes nothing.
final class Recipients: Sendable {
    enum Mood: CaseIterable, Sendable {
        case well, flaky, down, refusing, busy, mute, gone
    }

    private struct State {
        var moods: [RecipientID: Mood] = [:]
        var seen: [NoticeID: UInt64] = [:]
        var arrivals: [Arrival] = []
    }

    private let state = Mutex(State())
    private let seed: UInt64
    private let log: any EventLog
    private let machine: Machine

    init(seed: UInt64, log: any EventLog, machine: Machine) {
        self.seed = seed
        self.log = log
        self.machine = machine
    }

    func set(_ mood: Mood, of recipient: RecipientID) { state.withLock { $0.moods[recipient] = mood } }

    func takeArrivals() -> [Arrival] {
        state.withLock { state in
            defer { state.arrivals.removeAll(keepingCapacity: true) }
            return state.arrivals.sorted { ($0.logSize, $0.parcel.id) < ($1.logSize, $1.parcel.id) }
        }
    }

    func carry(_ parcel: Parcel) -> Outcome {
        let size = (try? log.head().size) ?? 0
        return state.withLock { state in
            state.seen[parcel.id, default: 0] += 1
            var chance = SeededRandom(
                seed: seed ^ UInt64(truncatingIfNeeded: parcel.id.bits) ^ UInt64(truncatingIfNeeded: parcel.id.bits >> 64)
                    ^ (state.seen[parcel.id, default: 0] << 40))
            let mood = state.moods[parcel.recipient] ?? .well
            let (outcome, taken) = Recipients.answer(mood, &chance)
            machine.delay(chance.chance(4) ? .seconds(chance.number(3600...40_000)) : .milliseconds(chance.number(5...20_000)))
            state.arrivals.append(Arrival(parcel: parcel, logSize: size, clock: machine.now, outcome: outcome, taken: taken))
            return outcome
        }
    }

    private static func answer(_ mood: Mood, _ chance: inout SeededRandom) -> (Outcome, taken: Int) {
        switch mood {
        case .well: (.init(status: chance.pick([200, 201, 202, 204]), retryAfter: nil), chance.chance(10) ? 2 : 1)
        case .flaky:
            switch chance.number(0...9) {
            case 0...2: (.init(status: 200, retryAfter: nil), chance.chance(20) ? 2 : 1)
            case 3, 4: (.init(status: chance.pick([500, 502, 503]), retryAfter: nil), 0)
            case 5: (.init(status: 503, retryAfter: .seconds(chance.number(1...200_000))), 0)
            case 6: (.init(status: chance.pick([408, 425, 429]), retryAfter: .seconds(chance.number(0...7200))), 0)
            case 7: (.failed(.init(reason: "the connection was refused")), 0)
            default: (.unknown(reason: "no answer came"), chance.number(0...2))
            }
        case .down: (.failed(.init(reason: "the connection was refused")), 0)
        case .refusing: (.init(status: chance.pick([400, 401, 403, 404, 409, 422]), retryAfter: nil), 0)
        case .busy: (.init(status: chance.pick([429, 503]), retryAfter: .seconds(chance.number(60...90_000))), 0)
        case .mute: (.unknown(reason: "no answer came"), chance.number(0...1))
        case .gone: (.init(status: 410, retryAfter: nil), 0)
        }
    }
}
