import Foundation
import SiltaConfiguration

/// The folder of secrets: systemd's `$CREDENTIALS_DIRECTORY`, else the one that the configuration names.
///
/// Where a unit loads a whole folder (`LoadCredential=credentials:/etc/silta/credentials/`), systemd writes each file of it as
/// `credentials_NAME` (systemd.exec(5)): so a new secret needs no change to the unit.
struct Credentials {
    /// Beyond this no secret is read.
    static let maximumBytes = 65_536

    let folder: String?
    /// Whether systemd made the folder: it holds what was there when the daemon was started.
    var isFromSystem = false

    func path(of secret: SecretReference) throws -> String {
        guard let folder else {
            throw UsageError(
                "\(secret) cannot be found: the configuration has no `credentials`, and there is no $CREDENTIALS_DIRECTORY")
        }
        let path = "\(folder)/\(secret.name)"
        guard isFromSystem, !FileManager.default.fileExists(atPath: path) else { return path }
        let loaded = "\(folder)/credentials_\(secret.name)"
        return FileManager.default.fileExists(atPath: loaded) ? loaded : path
    }

    /// Its content without the white space around it.
    func text(of secret: SecretReference) throws -> String {
        let path = try path(of: secret)
        guard let data = SmallFile.read(path, limit: Credentials.maximumBytes) else {
            let remedy =
                isFromSystem
                ? "put it into the folder that the unit loads credentials from, and restart: they are loaded at the start only"
                : "`silta init` makes missing keys, a webhook secret is agreed on with the recipient"
            throw UsageError("\(path): the credential cannot be read; \(remedy)")
        }
        guard let text = String(data: data, encoding: .utf8) else { throw UsageError("\(path): the credential is not UTF-8 text") }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A key: one line of base64 of 32 bytes.
    func key(_ secret: SecretReference) throws -> [UInt8] {
        guard let bytes = Data(base64Encoded: try text(of: secret)), bytes.count == 32 else {
            throw UsageError("\(try path(of: secret)): a key should stand there, one line of base64 of 32 bytes")
        }
        return Array(bytes)
    }
}
