import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaConnectors
import SiltaCore
import SiltaDaemon
import SiltaFormats
import SiltaLog
import SiltaTransfer

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration: every file, key, credential, connector and route that it names.")

    @Flag(
        help:
            "Also read every source, or a page of it, without applying anything, and ask every endpoint for its options, sending nothing."
    )
    var online = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let installation = try Installation(options)
        _ = try installation.socketGroup()
        _ = try installation.consoleAddress()
        var findings: [Finding] = []
        for provider in try installation.providers(options) {
            var checks = Checks(provider: provider.id)
            await checks.run("time zone") { _ = try installation.timezone(of: provider) }
            await checks.run("calendar, policy and routes") { _ = try installation.wanted(by: provider) }
            await checks.run("master key") { _ = try installation.credentials.key(provider.masterKey) }
            await checks.run("signing key") { _ = try installation.signer(of: provider) }
            for source in provider.sources {
                await checks.run("source \(source.id)") {
                    let connector = try installation.connector(of: source, provider)
                    if online { try connector.tryReading() }
                }
            }
            for recipient in provider.recipients {
                await checks.run("recipient \(recipient.id)") {
                    let endpoint = try installation.endpoint(recipient, isConfined: false)
                    if online { try await reach(endpoint) }
                }
            }
            await checks.run("folder") { try checkFolder(ProviderFiles(provider, in: installation)) }
            findings += checks.findings
        }
        for finding in findings {
            if options.json {
                Output.standard.say(finding.json)
            } else if let problem = finding.problem {
                StandardError.complain("\(finding.provider): \(finding.what): \(problem)")
            } else {
                Output.standard.say("\(finding.provider): \(finding.what): right")
            }
        }
        if findings.contains(where: { $0.problem != nil }) { throw ExitCode(2) }
    }

    /// Any answer will do: it says that somebody is there.
    private func reach(_ endpoint: DeliveryEndpoint) async throws {
        let transfer = Transfer(userAgent: "silta/\(Silta.version)")
        var request = HTTPRequest(.options, endpoint.url)
        request.timeout = endpoint.timeout
        request.addresses = endpoint.addresses
        request.proxy = endpoint.proxy
        request.caFile = endpoint.caFile
        let answer: Result<HTTPResponse, TransferFailure>
        do { answer = .success(try await transfer.send(request)) } catch { answer = .failure(error) }
        await transfer.shutDown()
        if case .failure(let failure) = answer { throw Failure(failure.sentence) }
    }

    private func checkFolder(_ files: ProviderFiles) throws {
        let manager = FileManager.default
        guard manager.fileExists(atPath: files.log) || manager.fileExists(atPath: files.keys) else {
            throw Failure("\(files.folder) has no log; `silta init` makes one, or its disk is not mounted")
        }
        guard manager.isWritableFile(atPath: files.folder), manager.isWritableFile(atPath: files.log) else {
            throw Failure("\(files.folder) cannot be written; it should belong to the user of silta")
        }
    }
}

private struct Finding {
    var provider: String
    var what: String
    var problem: String?

    var json: JSON {
        ["provider": provider.json, "what": what.json, "ok": (problem == nil).json, "problem": problem?.json ?? .null]
    }
}

private struct Checks {
    let provider: String
    var findings: [Finding] = []

    init(provider: String) { self.provider = provider }

    mutating func run(_ what: String, _ check: () async throws -> Void) async {
        var problem: String?
        do { try await check() } catch let error as UsageError { problem = error.sentence } catch let error as PollFailure {
            problem = error.sentence
        } catch { problem = "\(error)" }
        findings.append(Finding(provider: provider, what: what, problem: problem))
    }
}
