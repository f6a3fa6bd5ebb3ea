import Foundation
import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaProof
import SiltaState

/// A provider whose folder this process holds, ready to work.
struct OpenProvider {
    let configuration: ProviderConfiguration
    let bridge: Bridge

    /// Takes the provider's folder, opens its three files and recovers what an earlier process left half done.
    ///
    /// - Parameter making: whether a provider without a log gets one. A real disclosure never begins one: where the disk with the log
    ///   is not mounted, everything would be told again.
    init(
        _ provider: ProviderConfiguration, in installation: Installation, clock: Clock = .asTheLog, making: Bool = false,
        keeping inFlight: Set<NoticeID> = [], step: @escaping @Sendable () throws -> Void = {}
    ) throws {
        let masterKey = try installation.credentials.key(provider.masterKey)
        let signer = try installation.signer(of: provider)
        var ambient = Ambient.system(timezone: try installation.timezone(of: provider))
        ambient.step = step
        if let crashPoint = try CrashPoint(environment: ProcessInfo.processInfo.environment) { ambient.failpoint = crashPoint.pass }
        let files = ProviderFiles(provider, in: installation)
        let access = try files.prepare(making: making)
        let lock = try FolderLock(folder: files.folder)
        configuration = provider
        let log = try SQLiteLog(path: files.log, access: access, randomBytes: ambient.randomBytes)
        if let latest = try log.latestCheckpoint() {
            do {
                _ = try Checkpoint(verifying: latest, keys: [signer.verifierKey], origin: try LogOrigin(provider.origin))
            } catch {
                throw Failure(
                    "\(files.log) was not signed with \(provider.signingKey): the log or the key is another provider's or another time's")
            }
        }
        let keys = try KeyStore(path: files.keys, access: access, masterKey: masterKey, randomBytes: ambient.randomBytes)
        var bridge = Bridge(
            sender: .init(id: provider.id, name: provider.name), log: log, keys: keys, state: try files.openState(), signer: signer,
            origin: try LogOrigin(provider.origin),
            rules: provider.disclosureRules, ambient: ambient, lock: lock)
        do {
            try bridge.catchUp(progress: StandardError.progress("taking in the log"))
            _ = try bridge.state.provider()
        } catch let failure as StateFailure where failure.code == .unreadable {
            StandardError.complain("state.db cannot be read and is made again from the log")
            try bridge.rebuild(progress: StandardError.progress("taking in the log"))
        }
        if let moment = try clock.moment(of: bridge) { bridge.ambient.now = { moment } }
        try bridge.recover(keeping: inFlight)
        self.bridge = bridge
    }
}

extension OpenProvider {
    /// The same files beside whoever writes them, to be looked at and not changed.
    static func reading(_ provider: ProviderConfiguration, in installation: Installation) throws -> Bridge {
        let ambient = Ambient.system(timezone: try installation.timezone(of: provider))
        let files = ProviderFiles(provider, in: installation)
        _ = try files.prepare(making: false)
        let log = try SQLiteLog(path: files.log, access: .reader, randomBytes: ambient.randomBytes)
        let keys = try KeyStore(
            path: files.keys, access: .reader, masterKey: try installation.credentials.key(provider.masterKey),
            randomBytes: ambient.randomBytes)
        var bridge = Bridge(
            sender: .init(id: provider.id, name: provider.name), log: log, keys: keys,
            state: try StateStore(at: .file(files.state), access: .reader), signer: try installation.signer(of: provider),
            origin: try LogOrigin(provider.origin), rules: provider.disclosureRules, ambient: ambient)
        if let moment = try Clock.asTheLog.moment(of: bridge) { bridge.ambient.now = { moment } }
        return bridge
    }
}

extension OpenProvider {
    /// As ``reading(_:in:)``, where no daemon keeps the state up to the log: what a crash left behind is put right first, unless
    /// somebody is at it already.
    static func readingOrHealing(_ provider: ProviderConfiguration, in installation: Installation) throws -> Bridge {
        do {
            let bridge = try reading(provider, in: installation)
            let (reached, head) = (try bridge.state.reached(), try bridge.log.head())
            if reached.size == head.size, head.size == 0 || reached.root == head.root.hex { return bridge }
        } catch is StateFailure {
            // It is disposable, and made again.
        } catch let failure as LogFailure {
            // Of an earlier version: whoever writes brings it up to date.
            guard failure.code == .busy else { throw failure }
        }
        do { return try OpenProvider(provider, in: installation).bridge } catch let failure as LogFailure {
            guard failure.code == .busy else { throw failure }
            return try reading(provider, in: installation)
        }
    }
}

extension ProviderConfiguration {
    var disclosureRules: DisclosureRules {
        DisclosureRules(consentAge: Dictionary(sources.map { ($0.id, $0.consentAge) }, uniquingKeysWith: { $1 }))
    }
}

/// What time it is for a command.
enum Clock {
    case real
    case played(Instant)
    /// The moment of the log's last entry where the log is being played, else the real one.
    case asTheLog

    /// Nil for the real time.
    fileprivate func moment(of bridge: Bridge) throws -> Instant? {
        let last = try bridge.log.head().lastRecorded
        switch self {
        case .real: return nil
        case .asTheLog: return try bridge.state.provider().isPlayed ? last : nil
        case .played(let moment):
            guard let last, moment < last else { return moment }
            throw UsageError("--now \(moment): the log goes on to \(last) already; a moment that is played cannot be before that")
        }
    }
}

/// The folder of a provider, and the three files in it.
struct ProviderFiles {
    let folder: String
    var log: String { "\(folder)/log.db" }
    var keys: String { "\(folder)/keys.db" }
    var state: String { "\(folder)/state.db" }

    init(_ provider: ProviderConfiguration, in installation: Installation) {
        folder = "\(installation.stateFolder)/\(provider.id)"
    }

    /// Whether one of the two that cannot be made again is there.
    var hasAny: Bool { [log, keys].contains(where: FileManager.default.fileExists(atPath:)) }

    /// Whether the files are to be made: only where none of the two that cannot be made again is there.
    func prepare(making: Bool) throws -> FileAccess {
        let manager = FileManager.default
        let (hasLog, hasKeys) = (manager.fileExists(atPath: log), manager.fileExists(atPath: keys))
        if hasLog != hasKeys {
            throw Failure(
                "\(folder) has \(hasLog ? "log.db and no keys.db" : "keys.db and no log.db"); both belong together: restore the missing one from a backup"
            )
        }
        guard !hasLog else { return .writer }
        guard making else { throw Failure("\(folder) has no log; `silta init` makes one, or its disk is not mounted") }
        do {
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure("\(folder) cannot be made; the user of silta must be able to write the folder above it")
        }
        StandardError.complain("a new log begins in \(folder)")
        return .creator
    }

    /// The state is disposable: one that cannot be read is put away, and the log makes it again.
    func openState() throws -> StateStore {
        do {
            return try StateStore(at: .file(state))
        } catch {
            guard error.code == .unreadable else { throw error }
            StandardError.complain("state.db cannot be read and is made again from the log")
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: state + suffix) }
            return try StateStore(at: .file(state))
        }
    }
}
