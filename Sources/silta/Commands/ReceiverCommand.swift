import ArgumentParser
import Foundation
import SiltaFormats
import SiltaProof
import SiltaReceiver

struct ReceiverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receiver",
        abstract: "A recipient to try against: listens, checks signature and proof, prints what came, answers as told.")

    @Option(help: "Where to listen; port 0 takes any that is free.")
    var listen = "127.0.0.1:8643"

    @Option(help: "The file of the Standard Webhooks secret, whsec_….")
    var secret: String

    @Option(help: "The log's public key, as `silta audit key` prints it; without it, proofs are not checked.")
    var key: String?

    @Option(help: "A folder to keep each message in, as <id>.json.")
    var folder: String?

    @Option(help: "Answer with this status instead of taking the message, or `hang-up`.")
    var answer: String?

    @Option(help: "Answer so only the first times that each message comes.")
    var first: Int?

    @Option(help: "With it, a Retry-After of so many seconds.")
    var retryAfter: Int?

    @Option(help: "Wait so many milliseconds before every answer.")
    var wait = 0

    @Flag(help: "Listen on addresses beyond loopback too.")
    var anyAddress = false

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() async throws {
        var settings = Receiver.Settings(address: try ListenAddress(parsing: listen), secret: try webhookSecret())
        settings.allowsAnyAddress = anyAddress
        settings.folder = folder
        settings.proofKeys = try key.map { ProofKeys(key: try NoteVerifierKey(parsing: $0)) }
        settings.plan = try plan()
        let asJSON = json
        let receiver = try Receiver(
            settings: settings, now: { Int64(Date().timeIntervalSince1970) },
            onListening: { StandardError.complain("listening on \($0)") },
            print: { receipt in
                if asJSON { Output.standard.say(receipt.json) } else { Output.standard.say(receipt.line) }
                // Seen at once, also through a pipe.
                fflush(nil)
            })
        try await receiver.run()
    }

    private func webhookSecret() throws -> WebhookSecret {
        do {
            let text = try String(contentsOfFile: secret, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            return try WebhookSecret(parsing: text)
        } catch let error as WebhookSecretError {
            throw UsageError("\(secret): \(error)")
        } catch {
            throw UsageError("\(secret): the secret cannot be read; a file with whsec_… should stand there")
        }
    }

    private func plan() throws -> AnswerPlan {
        guard let answer else {
            guard first == nil, retryAfter == nil else {
                throw UsageError("--first and --retry-after say how --answer is meant; it is missing")
            }
            return try AnswerPlan(trouble: nil, wait: .milliseconds(wait))
        }
        let trouble: AnswerPlan.Trouble
        if answer == "hang-up" {
            trouble = .hangUp
        } else if let status = Int(answer) {
            trouble = .status(status)
        } else {
            throw UsageError("--answer \(answer): a status such as 503, or hang-up, should stand there")
        }
        return try AnswerPlan(
            trouble: trouble, extent: first.map { .firstRequests($0) } ?? .everyRequest, retryAfter: retryAfter.map { .seconds($0) },
            wait: .milliseconds(wait))
    }
}
