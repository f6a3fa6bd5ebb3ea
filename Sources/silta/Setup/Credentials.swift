import Foundation
import SiltaConfiguration

/// The folder of secrets: systemd's `$CREDENTIALS_DIRECTORY`, else the one that the configuration names.
struct Credentials {
    /// Beyond this no secret is read.
    static let maximumBytes = 65_536

    let folder: String?

    func path(of secret: SecretReference) throws -> String {
        guard let folder else {
            throw UsageError(
                "\(secret) cannot be found: the configuration has no `credentials`, and there is no $CREDENTIALS_DIRECTORY")
        }
        return "\(folder)/\(secret.name)"
    }

    /// Its content without the white space around it.
    func text(of secret: SecretReference) throws -> String {
        let path = try path(of: secret)
        guard let data = SmallFile.read(path, limit: Credentials.maximumBytes) else {
            throw UsageError(
                "\(path): the credential cannot be read; `silta init` makes missing keys, a webhook secret is agreed on with the recipient")
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
