import ArgumentParser
import Crypto
import Foundation
import SiltaConfiguration
import SiltaConnectors
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaProof
import SiltaSystemd
import SiltaTransfer

/// What the configuration file says, with the files that it names found and read.
struct Installation {
    let configuration: Configuration
    /// The folder of the configuration file: relative paths are relative to it.
    let folder: String
    /// Where what connectors say goes; nil for a command, which tells the person who gave it.
    private(set) var journal: Journal?

    init(_ options: GlobalOptions, journal: Journal? = nil) throws {
        self.journal = journal
        let path = options.config
        configuration = try Configuration.parse(
            try Installation.text(of: path, hint: "; `silta init --config \(path)` writes an example"), file: path)
        folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    static func text(of path: String, hint: String = "") throws -> String {
        guard FileManager.default.fileExists(atPath: path) else { throw UsageError("\(path): there is no such file\(hint)") }
        guard let data = SmallFile.read(path, limit: YAMLDocument.maximumByteCount + 1) else {
            throw UsageError("\(path): the file cannot be read; it should be a text file that the user of silta may read")
        }
        guard let text = String(data: data, encoding: .utf8) else { throw UsageError("\(path): the file is not UTF-8 text") }
        return text
    }

    var credentials: Credentials {
        let system = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
        return Credentials(
            folder: system ?? configuration.credentials?.resolve(relativeTo: folder), isFromSystem: system != nil)
    }

    /// Where a daemon of this installation answers.
    var socketPath: String { configuration.socket?.path.resolve(relativeTo: folder) ?? "\(stateFolder)/silta.sock" }

    /// The state folder, however it is named.
    var realStateFolder: String { URL(fileURLWithPath: stateFolder).resolvingSymlinksInPath().path }

    var stateFolder: String { configuration.state.resolve(relativeTo: folder) }

    var connectors: ConnectorLibrary {
        ConnectorLibrary(folders: configuration.connectors.map { $0.resolve(relativeTo: folder) })
    }

    /// The providers that a command is about: the one it names, else all.
    func providers(_ options: GlobalOptions) throws -> [ProviderConfiguration] {
        guard let id = options.provider else { return configuration.providers }
        guard let provider = configuration.providers.first(where: { $0.id == id }) else {
            let ids = configuration.providers.map(\.id).joined(separator: ", ")
            throw UsageError("there is no provider \"\(id)\" in \(options.config); there are \(ids)")
        }
        return [provider]
    }

    /// Does something for each provider that a command is about; a failing one disturbs no other.
    ///
    /// Ends with the first failure's exit code, after all had their turn.
    func forEachProvider(
        of command: any ProviderCommand, _ output: Output, _ body: (ProviderConfiguration) async throws -> Void
    ) async throws {
        guard !type(of: command).concernsOne else { return try await body(provider(command.options)) }
        var failure: (any Error)?
        for provider in try providers(command.options) {
            do { try await body(provider) } catch {
                output.complain("\(provider.id): \((error as? UsageError)?.sentence ?? "\(error)")")
                failure = failure ?? error
            }
        }
        if let failure { throw ExitCode(failure is UsageError || failure is ConfigurationError ? 2 : 1) }
    }

    /// The one provider that a command is about.
    func provider(_ options: GlobalOptions) throws -> ProviderConfiguration {
        let providers = try providers(options)
        guard providers.count == 1 else {
            throw UsageError(
                "the configuration has several providers; say which with --provider: \(providers.map(\.id).joined(separator: ", "))")
        }
        return providers[0]
    }

    func timezone(of provider: ProviderConfiguration) throws -> TimeZone {
        guard let timezone = TimeZone(identifier: provider.timezone) else {
            throw provider.setting["timezone"].error(
                "there is no time zone of this name; a name such as Europe/Helsinki should stand there")
        }
        return timezone
    }

    // MARK: - What the provider adopts

    func wanted(by provider: ProviderConfiguration) throws -> Wanted {
        let calendarPath = provider.calendar.resolve(relativeTo: folder)
        let calendar = try SchoolYear.parse(try Installation.text(of: calendarPath), file: calendarPath)
        let policyPath = provider.policy.resolve(relativeTo: folder)
        let policyText = try Installation.text(of: policyPath)
        let policy = try Policy.parse(policyText, file: policyPath)
        let routes = provider.recipients.routes
        return Wanted(
            calendar: .init(digest: Installation.digest(calendar.json.bytes), value: calendar),
            policy: .init(digest: Installation.digest(Array(policyText.utf8)), value: policy), policyText: policyText,
            routes: .init(digest: Installation.digest(routes.json.bytes), value: routes), isDisclosureOpen: provider.disclosure == .open)
    }

    private static func digest(_ bytes: [UInt8]) -> SiltaCore.Digest {
        SiltaCore.Digest(SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }

    // MARK: - Sources and recipients

    /// - Parameter played: the moment that it is said to be; nil for the real one.
    func connector(
        of source: SourceConfiguration, _ provider: ProviderConfiguration, played: Instant? = nil
    ) throws -> Connector {
        let manifest = try connectors.manifest(named: source.setting["connector"])
        return try Connector(
            manifest, configuration: source.config, program: Silta.version, host: try programHost(of: source, provider, played: played),
            clock: LocalClock(timezone: try timezone(of: provider).identifier) ?? .standard
        ) {
            try fetcher(for: $0, deadline: source.deadline)
        }
    }

    /// A connector that no source names, to try it.
    ///
    /// - Parameter configuration: what would stand under `config` of a source.
    func connector(_ manifest: Manifest, configuration: Setting) throws -> Connector {
        let host = programHost
        return try Connector(manifest, configuration: configuration, program: Silta.version, host: host) {
            try fetcher(for: $0, deadline: host.deadline)
        }
    }

    /// - Parameter played: as of ``connector(of:_:played:)``.
    func source(_ source: SourceConfiguration, of provider: ProviderConfiguration, played: Instant? = nil) throws -> Source {
        let connector = try connector(of: source, provider, played: played)
        return Source(
            id: source.id, limits: source.withdrawalGuard, quarantine: source.quarantine, keysOf: source.keysOf,
            reread: { connector.reread($0) }, progress: { connector.progress.now }
        ) { cursor, step in
            do { return try connector.read(after: cursor, step: step) } catch let failure as ReadFailure { throw PollFailure("\(failure)") }
        }
    }

    /// - Parameter isConfined: nothing but addresses that the configuration lists may be reached.
    func endpoint(_ recipient: RecipientConfiguration, isConfined: Bool) throws -> DeliveryEndpoint {
        let delivery = recipient.delivery
        let secret: WebhookSecret
        do { secret = try WebhookSecret(parsing: try credentials.text(of: delivery.sign)) } catch let error as WebhookSecretError {
            throw UsageError("\(try credentials.path(of: delivery.sign)): \(error)")
        }
        var allowed: [AddressRange] = []
        for text in delivery.allowAddresses {
            do { allowed.append(try AddressRange(text)) } catch {
                throw delivery.setting["allow-addresses"].error("\(error)")
            }
        }
        return DeliveryEndpoint(
            url: delivery.url.text, secret: secret, timeout: delivery.timeout,
            addresses: AddressPolicy(allowed: allowed, isConfined: isConfined), proxy: delivery.proxy?.text,
            caFile: delivery.caFile?.resolve(relativeTo: folder))
    }

    // MARK: - Keys

    func signer(of provider: ProviderConfiguration) throws -> NoteSigner {
        let bytes = try credentials.key(provider.signingKey)
        return NoteSigner(
            name: try KeyName(provider.origin), privateKey: try Curve25519.Signing.PrivateKey(rawRepresentation: bytes))
    }
}
