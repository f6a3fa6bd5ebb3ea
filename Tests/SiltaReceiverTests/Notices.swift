import Crypto
import SiltaCore
import SiltaFormats
import SiltaProof

/// A sender: its secret, and a small log that holds what it composed.
struct Sender {
    static let now: Int64 = 1_793_000_000
    let secret: WebhookSecret
    let signer: NoteSigner

    init(seed: UInt8 = 1) throws {
        let base64 = Base64Text.of([UInt8](repeating: seed, count: 32))
        secret = try WebhookSecret(parsing: "whsec_" + base64)
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32))
        signer = NoteSigner(name: try KeyName("silta/jarvenpaa"), privateKey: key)
    }

    func referral(_ id: NoticeID, name: String = "Aino Esimerkki") throws -> Notice {
        let body = JSON.fields([
            "notice": id.json, "rule": "pupil-welfare-contact", "service": "pupil-welfare", "purpose": "opiskeluhuolto",
            "provider": ["id": "jarvenpaa", "name": "Järvenpää"],
            "pupil": ["name": .string(name)], "grade": 8, "absence": ["tier": 2, "reachedOn": "2026-11-05"],
        ])
        return try compose(.referral, id, body.bytes)
    }

    func withdrawal(_ id: NoticeID, of referral: NoticeID) throws -> Notice {
        let composition = Composition(kind: .withdrawal, id: id, recipient: "hva-keusote", basis: nil, fields: [])
        return try compose(.withdrawal, id, NoticeBody.withdrawal(composition, of: referral))
    }

    /// What the log says may be made to differ from what is sent: `entered` goes into the entry, the rest onto the wire.
    func compose(
        _ kind: Message.Kind, _ id: NoticeID, _ body: [UInt8], entered: (kind: Message.Kind, id: NoticeID)? = nil,
        written: Position = Position(5)
    ) throws -> Notice {
        let sent = Composition(kind: kind, id: id, recipient: "hva-keusote", basis: nil, fields: [])
        let logged = Composition(
            kind: entered?.kind ?? kind, id: entered?.id ?? id, recipient: "hva-keusote", basis: nil, fields: [])
        let salt = (0..<32).map { UInt8($0) }
        let event = ComposedMessage(composition: logged, body: body, salt: salt).eventBytes
        let key = try DataKey(id: "00112233445566778899aabbccddeeff", bytes: [UInt8](repeating: 7, count: 32))
        let draft = Draft(
            stream: .notice(logged.id), type: event.type, actor: .service("delivery"), payload: event.payload,
            secret: Draft.Secret(plaintext: event.secret ?? [], key: key))
        let instant = Instant(milliseconds: Sender.now * 1000)
        let line = try draft.entry(at: written, version: StreamVersion(3), recorded: instant, nonce: [UInt8](repeating: 9, count: 12)).line
        let event1 = CloudEvent(message: sent, provider: "jarvenpaa", composed: instant)
        var headers = Dictionary(uniqueKeysWithValues: event1.headers.map { ($0.name, $0.value) })
        headers[Evidence.header] = Evidence(entry: line, salt: salt, proof: try proof(of: line)).headerValue
        return Notice(id: id, headers: headers, body: body, secret: secret)
    }

    /// The entry stands at position 5 of 11.
    private func proof(of line: [UInt8]) throws -> [UInt8] {
        var frontier = MerkleFrontier()
        var nodes: [TreeNode: TreeHash] = [:]
        for position in 0..<11 {
            frontier.append(.leaf(of: position == 5 ? line : Array("entry \(position)".utf8))) { nodes[$0] = $1 }
        }
        let origin = LogOrigin(signer.verifierKey.name)
        let checkpoint = try Checkpoint(origin: origin, size: frontier.size, root: frontier.root).signed(by: signer)
        let inclusion = InclusionProof.make(index: 5, size: 11) { nodes[$0]! }!
        return TransparencyProof(inclusion: inclusion, checkpoint: checkpoint).bytes
    }
}

/// A message with its headers, not yet signed.
struct Notice {
    var id: NoticeID
    var method = "POST"
    var headers: [String: String]
    var body: [UInt8]
    var secret: WebhookSecret

    /// Headers of an attempt that was made now, unless told otherwise.
    func signed(at timestamp: Int64 = Sender.now, as id: String? = nil) throws -> [String: String] {
        let signature = secret.headers(id: try WebhookMessageID(id ?? self.id.description), timestamp: timestamp, body: body)
        return headers.merging([
            StandardWebhookHeaders.idName: signature.id, StandardWebhookHeaders.timestampName: signature.timestamp,
            StandardWebhookHeaders.signatureName: signature.signature,
        ]) { $1 }
    }
}

extension NoticeID {
    static func sample(_ number: UInt8) -> NoticeID { NoticeID(random: UInt128(number) &* 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef) }
}
