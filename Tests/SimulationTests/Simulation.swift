import Crypto
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof
import SiltaState
import SiltaTesting

/// One provider's bridge under a seed: real rules, log, keys and state; simulated register, clock, recipients and people, with
/// crashes at any step. Whatever the seed plays, the judge must find nothing.
final class Simulation {
    static let steps = 26

    let seed: UInt64
    var random: SeededRandom
    let setting: Setting
    /// The recipients are hard to reach, and little else happens.
    let isStubborn: Bool
    let machine: Machine
    let log: SQLiteLog
    let keys: KeyStore
    let signer: NoteSigner
    let origin: LogOrigin
    let recipients: Recipients
    var bridge: Bridge
    var register: Register
    var judge: Judge
    var wanted: Wanted
    /// What the register told last, with a name of its own.
    var lastExport: Reading?
    var exports = 0
    /// What happened so far, a line a step; kept where somebody will read it.
    private(set) var trace: [String] = []
    private let isTraced: Bool

    init(seed: UInt64, isTraced: Bool = false) throws {
        self.seed = seed
        self.isTraced = isTraced
        random = SeededRandom(seed: seed)
        setting = Setting(&random)
        isStubborn = random.chance(45)
        let start = setting.years[0].value.start
        let now = instant("\(start.adding(days: random.number(3...9)))T12:00:00Z")
        let machine = Machine(at: now, seed: seed ^ 0x5151)
        self.machine = machine
        log = try SQLiteLog(inMemory: { machine.randomBytes($0) })
        keys = try KeyStore(
            path: nil, access: .creator, masterKey: Array(repeating: 7, count: 32), randomBytes: { machine.randomBytes($0) })
        let name = try KeyName("silta/simulated")
        signer = NoteSigner(name: name, privateKey: try Curve25519.Signing.PrivateKey(rawRepresentation: random.bytes(32)))
        origin = LogOrigin(name)
        recipients = Recipients(seed: seed, log: log, machine: machine)
        bridge = Bridge(
            sender: .init(id: "simulated", name: "Simuloitu"), log: log, keys: keys, state: try StateStore(at: .memory), signer: signer,
            origin: origin, rules: DisclosureRules(consentAge: [Setting.source: setting.consentAge]), ambient: machine.ambient(of: log))
        register = Register(pupils: setting.pupilCount, from: start, isSimple: isStubborn, &random)
        judge = Judge(setting: setting, verifier: signer.verifierKey, origin: origin)
        let isOpen = random.chance(isStubborn ? 100 : 85)
        wanted = Wanted(
            calendar: setting.years[0], policy: setting.policies[0], policyText: "policy", routes: setting.routes[0],
            isDisclosureOpen: isStubborn || isOpen)
    }

    /// - Throws: ``Violation``, or what the bridge throws and should not.
    func run() async throws {
        try bridge.recover()
        try await adopt()
        register.mark(through: machine.moment.today, in: wanted.calendar.value, &random)
        try await poll()
        if isStubborn {
            for recipient in Setting.recipients { recipients.set(random.pick([.flaky, .flaky, .down, .busy]), of: recipient) }
            try await assess()
        }
        for _ in 0..<Simulation.steps { try await step() }
        try await heal()
        try judge.requireProof(bridge)
    }

    func note(_ line: @autoclosure () -> String) {
        if isTraced { trace.append("\(machine.now)  \(line())") }
    }

    // MARK: - Calling the bridge, and dying in the middle

    /// - Returns: whether the call came to its end.
    @discardableResult
    func call(_ name: String, _ body: (Bridge) async throws -> Void) async throws -> Bool {
        if random.chance(14) { machine.crash(after: random.number(1...7)) }
        do {
            try await body(bridge)
            machine.crash(after: nil)
            note(name)
            try judge.observe(bridge, machine, recipients)
            try judge.requireState(bridge)
            return true
        } catch let crash as Crash {
            machine.crash(after: nil)
            note("\(name): crash \(crash.point.rawValue)")
            try judge.observe(bridge, machine, recipients)
            try restart()
            return false
        }
    }

    /// A new process, which may find its state as it was, lost, behind, or of another log.
    func restart() throws {
        judge.staged = nil
        while true {
            let state: StateStore
            switch random.number(0...9) {
            case 0: state = try StateStore(at: .memory)
            case 1, 2: state = try stateBehind()
            case 3: state = try stateOfAnotherLog()
            default: state = bridge.state
            }
            bridge = Bridge(
                sender: bridge.sender, log: log, keys: keys, state: state, signer: signer, origin: origin, rules: bridge.rules,
                ambient: bridge.ambient)
            if random.chance(15) { machine.crash(after: random.number(1...3)) }
            defer { machine.crash(after: nil) }
            do {
                try bridge.recover()
                note("recovers")
                try judge.observe(bridge, machine, recipients)
                try judge.requireState(bridge, everything: true)
                try judge.requireQuarantine(bridge, lined: [])
                return
            } catch is Crash {
                note("recovers: crash")
                try judge.observe(bridge, machine, recipients)
            }
        }
    }

    private func stateBehind() throws -> StateStore {
        let size = Int64(random.number(0...Int(try log.head().size)))
        let state = try StateStore(at: .memory)
        var events: [LoggedEvent] = []
        try log.read(through: Position(size - 1)) { stored in
            guard let event = try bridge.event(of: stored.entry) else { return }
            events.append(LoggedEvent(position: stored.entry.position, recorded: stored.entry.recorded, event: event))
        }
        try state.apply(events, reaching: .init(size: size, root: size == 0 ? "" : log.root(ofSize: size).hex))
        return state
    }

    private func stateOfAnotherLog() throws -> StateStore {
        let state = try StateStore(at: .memory)
        let stranger = LoggedEvent(position: Position(0), recorded: machine.now, event: .provider(.disclosureOpened))
        let size = Int64(random.number(1...Int(try log.head().size) + 3))
        try state.apply([stranger], reaching: .init(size: size, root: String(repeating: "0", count: 64)))
        return state
    }
}
