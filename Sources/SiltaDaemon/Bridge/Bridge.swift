public import SiltaCore
public import SiltaFormats
public import SiltaLog
public import SiltaProof
public import SiltaState

/// One provider's bridge: the loop around the rules. It asks the core what follows, appends it to the log, keeps the state in
/// step, and carries messages out. It decides nothing itself.
///
/// Whoever has one holds the provider's folder: there is one writer.
public struct Bridge: Sendable {
    public private(set) var sender: NoticeBody.Sender
    public private(set) var log: any EventLog
    public let keys: KeyStore
    public let state: StateStore
    public let signer: NoteSigner
    public let origin: LogOrigin
    public private(set) var rules: DisclosureRules
    public var ambient: Ambient
    /// The right to write the provider's folder, held as long as there is a bridge to it; nil where all is in memory.
    private let lock: FolderLock?

    /// - Parameters:
    ///   - sender: the provider, as notices name it.
    ///   - signer: of checkpoints; its name is the log's origin.
    public init(
        sender: NoticeBody.Sender, log: any EventLog, keys: KeyStore, state: StateStore, signer: NoteSigner, origin: LogOrigin,
        rules: DisclosureRules, ambient: Ambient, lock: FolderLock? = nil
    ) {
        self.sender = sender
        self.log = log
        self.keys = keys
        self.state = state
        self.signer = signer
        self.origin = origin
        self.rules = rules
        self.ambient = ambient
        self.lock = lock
    }

    /// Puts right what an earlier process, or an earlier opening, left half done, and brings the state up to the log. Before
    /// anything else.
    ///
    /// - Parameter inFlight: the notices of attempts that are not interrupted but under way.
    public func recover(keeping inFlight: Set<NoticeID> = []) throws {
        _ = try keys.sweep(logSize: try log.head().size)
        try catchUp()
        try closeInterruptedAttempts(but: inFlight)
    }

    /// Goes by another plan from now on.
    mutating func revise(_ plan: ProviderPlan) {
        sender = plan.sender
        rules = plan.rules
        ambient.date = plan.date
    }

    /// Times every append from now on.
    mutating func measure(by tally: Tally) {
        log = MeasuredLog(log: log, tally: tally)
    }

    /// Says in the log whether its times are true from here on.
    public func begin(isPlayed: Bool) throws {
        guard try state.provider().isPlayed != isPlayed else { return }
        try append([Proposal(.provider(isPlayed ? .clockPlayed : .clockReal), by: .service("clock"))])
    }

    /// Adopts what the configuration asks for, where it is not what holds.
    public func adopt(_ wanted: Wanted) throws {
        let events = try state.provider().adopt(wanted)
        try append(events.map { Proposal(.provider($0), by: .service("configuration")) })
    }
}
