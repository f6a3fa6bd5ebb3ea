import SiltaCore
import SiltaLog
import SiltaProof
import SiltaState

extension ProviderDesk {
    /// So many pupils are assessed before others have their turn at the desk.
    private static let pupilsAtOnce = 500

    /// Reads a source on a thread of its own, and takes what it says.
    ///
    /// - Throws: `Stopping` where the daemon ends meanwhile, ``DeskUnavailable`` where the desk cannot work.
    func poll(_ planned: ProviderPlan.PlannedSource) async throws -> PollResult {
        let source = planned.source
        let request = try attemptWithRoom { try $0.readRequest(source) }
        let reading = reading
        var result = ReadResult.failed(PollFailure("an earlier poll still waits for the register: its folder or server hangs"))
        if reading.begin(source.id) {
            let read = await OwnThread.run(atMost: planned.deadline) {
                defer { reading.end(source.id) }
                return Result { try request.run() }
            }
            let late = PollFailure("the register was not read to its end in time [deadline: \(planned.deadline)]")
            result = try read?.get() ?? .failed(late)
        }
        guard !stop.isAsked, !Task.isCancelled else { throw Stopping() }
        return try attemptWithRoom { try $0.take(result, of: source) }
    }

    /// Says what follows from what has changed, a few pupils at a time.
    func assess() async throws {
        var count: Int
        repeat {
            count = try attemptWithRoom { try $0.assess(upTo: ProviderDesk.pupilsAtOnce) }
            tally.assessed(count)
            await Task.yield()
        } while count == ProviderDesk.pupilsAtOnce
        deliveryBell.ring()
    }

    /// Gives back what is kept for speed only.
    func rest() {
        _ = try? attempt { bridge in
            bridge.log.rest()
            bridge.keys.rest()
            bridge.state.rest()
        }
    }

    /// Something is under way to a recipient, or could go now.
    func isDelivering() throws -> Bool {
        guard inFlight.isEmpty else { return true }
        return try attempt { bridge in try plan.endpoints.keys.contains { try bridge.turn(of: $0) == .now } }
    }

    /// Tells where the clock is behind the log.
    func tellOfClock() {
        let last = try? attempt { bridge in try bridge.log.head().lastRecorded.flatMap { bridge.ambient.now() < $0 ? $0 : nil } }
        if let last = last ?? nil { announce(.clockBehind(last: last)) }
    }

    /// The local date, where a day begins at that hour.
    func night(after hour: Int64) throws -> LocalDate {
        try attempt { bridge in plan.date(bridge.ambient.now() + .seconds(-3600 * hour)) }
    }

    /// Reads the whole log and checks it, beside the work.
    func verify() async {
        guard let bridge = try? attempt({ $0 }) else { return }
        let trust = CheckpointTrust(origin: bridge.origin, keys: [bridge.signer.verifierKey])
        let log = bridge.log
        let verification = await OwnThread.run(atMost: .seconds(3600)) { try? log.verify(trust: trust) }
        guard let verification = verification ?? nil else { return }
        guard let finding = verification.finding else { return announce(.logVerified(entries: verification.entries)) }
        announce(.logUnsound(finding: "\(finding)"))
        stopForGood("the log does not hold: \(finding)")
    }
}
