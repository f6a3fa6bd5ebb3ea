import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaLog
import SiltaProof

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes what is missing: keys in the credentials folder, folders, and an example configuration where there is none.")

    @OptionGroup var options: GlobalOptions

    func run() throws {
        if !FileManager.default.fileExists(atPath: options.config) { try writeExample() }
        let installation = try Installation(options)
        for provider in try installation.providers(options) {
            let files = ProviderFiles(provider, in: installation)
            for secret in [provider.masterKey, provider.signingKey] {
                try makeKey(at: try installation.credentials.path(of: secret), beside: files)
            }
            _ = try OpenProvider(provider, in: installation, making: true)
        }
    }

    private func writeExample() throws {
        let folder = URL(fileURLWithPath: options.config).deletingLastPathComponent().path
        for example in Configuration.example {
            let path = example.name == "silta.yaml" ? options.config : "\(folder)/\(example.name)"
            if FileManager.default.fileExists(atPath: path) { continue }
            do {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data(example.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            } catch {
                throw Failure("\(path) cannot be written; the folder should be one that you may write")
            }
            Output.standard.say("\(path): an example was written; change it to what is yours")
        }
    }

    /// One line of base64 of 32 random bytes, for its owner only; a key that is there is never touched.
    ///
    /// Nor is one made beside a log: it would be another than the log was written with.
    private func makeKey(at path: String, beside files: ProviderFiles) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        guard !files.hasAny else {
            throw Failure("\(path) is missing, and \(files.folder) has a log that was written with it: restore the key from its backup")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var generator = SystemRandomNumberGenerator()
        let bytes = Data((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure("\(folder) cannot be made; the folder above it should be one that you may write")
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("\(path) cannot be written; the folder should be one that you may write") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(bytes.base64EncodedString().utf8) + Data("\n".utf8))
        try file.synchronize()
        Output.standard.say("\(path): a key was made; keep a copy of it apart from the log's backups")
    }
}
