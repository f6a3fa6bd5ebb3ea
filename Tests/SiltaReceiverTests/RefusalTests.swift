import SiltaCore
import SiltaFormats
import SiltaProof
import Testing

@testable import SiltaReceiver

struct RefusalTests {
    private let sender: Sender

    init() throws { sender = try Sender() }

    /// Sends what must be refused, and then what is right, which must be new: nothing of the refused was kept.
    private func refusal(
        of notice: Notice, headers: [String: String]? = nil, status: Int, signed: Bool = true, _ note: Comment? = nil,
        proofKeys: ProofKeys? = nil, at location: SourceLocation = #_sourceLocation
    ) async throws -> NoticeRefusal? {
        let folder = TemporaryFolder()
        var refusal: NoticeRefusal?
        try await RunningReceiver.with(
            sender,
            {
                $0.folder = folder.path; if let proofKeys { $0.proofKeys = proofKeys }
            }
        ) { receiver async throws in
            let reply = try await receiver.send(notice, headers: headers)
            #expect(reply == Reply(status: status, body: #"{"status":"rejected"}"#), note, sourceLocation: location)
            let receipt = try #require(receiver.receipts.first)
            #expect(!receipt.isReceived && receipt.status == status, note, sourceLocation: location)
            #expect(receipt.findings.isSigned == signed, note, sourceLocation: location)
            if !signed {
                #expect(receipt.findings == Findings(), note, sourceLocation: location)
                #expect(!receipt.json.contains("Aino") && !receipt.json.contains(notice.id.description), note, sourceLocation: location)
            }
            #expect(folder.names.isEmpty, note, sourceLocation: location)
            refusal = receipt.refusal
        }
        return refusal
    }

    @Test func `what is not signed by the secret, now, as it stands, is refused and not told`() async throws {
        let notice = try sender.referral(.sample(1))
        let right = try notice.signed()
        for name in [StandardWebhookHeaders.idName, StandardWebhookHeaders.timestampName, StandardWebhookHeaders.signatureName] {
            var headers = right
            headers[name] = nil
            #expect(try await refusal(of: notice, headers: headers, status: 401, signed: false) == .unsigned(header: name))
        }
        var other = notice
        other.secret = try Sender(seed: 2).secret
        var changed = notice
        changed.body[20] ^= 1
        let cases: [(Notice, [String: String], WebhookRefusal)] = [
            (notice, try other.signed(), .signature),
            (changed, right, .signature),
            (notice, right.merging([StandardWebhookHeaders.idName: NoticeID.sample(2).description]) { $1 }, .signature),
            (notice, right.merging([StandardWebhookHeaders.timestampName: "\(Sender.now + 1)"]) { $1 }, .signature),
            (notice, right.merging([StandardWebhookHeaders.timestampName: "soon"]) { $1 }, .timestamp),
            (notice, right.merging([StandardWebhookHeaders.idName: "a.b"]) { $1 }, .messageID),
            (notice, try notice.signed(at: Sender.now - 301), .stale(secondsAgo: 301)),
            (notice, try notice.signed(at: Sender.now + 301), .stale(secondsAgo: -301)),
        ]
        for (notice, headers, expected) in cases {
            #expect(try await refusal(of: notice, headers: headers, status: 401, signed: false) == .signature(expected))
        }
    }

    @Test func `an attempt of five minutes ago or ahead is not refused`() async throws {
        let notice = try sender.referral(.sample(1))
        try await RunningReceiver.with(sender) { receiver async throws in
            for timestamp in [Sender.now - 300, Sender.now + 300] {
                #expect(try await receiver.send(notice, headers: notice.signed(at: timestamp)).status == 200)
            }
        }
    }

    @Test(arguments: ["GET", "PUT", "DELETE"]) func `only POST is taken`(method: String) async throws {
        var notice = try sender.referral(.sample(1))
        notice.method = method
        #expect(try await refusal(of: notice, status: 405, signed: false) == .method)
    }

    @Test(
        arguments: [
            ("ce-specversion", nil), ("ce-specversion", "0.3"), ("ce-id", nil), ("ce-id", NoticeID.sample(2).description),
            ("ce-type", nil), ("ce-type", "silta.referral.v2"), ("ce-source", nil), ("ce-source", "a b"), ("ce-time", "yesterday"),
            ("ce-datacontenttype", "application/json"),
        ] as [(String, String?)])
    func `every attribute of the event must be right`(name: String, value: String?) async throws {
        var notice = try sender.referral(.sample(1))
        notice.headers[name] = value
        guard case .attribute(name, _) = try await refusal(of: notice, status: 400) else {
            Issue.record("\(name) was not what was refused")
            return
        }
    }

    @Test(arguments: ["../../etc/passwd", "1", "A0B1C2D3-0000-4000-8000-000000000000", "a0b1c2d3-0000-4000-8000-00000000000g"])
    func `an identifier that is no UUID never becomes a file's name`(id: String) async throws {
        var notice = try sender.referral(.sample(1))
        notice.headers["ce-id"] = id
        guard id.contains(".") else {
            let refused = try await refusal(of: notice, headers: notice.signed(as: id), status: 400)
            #expect(refused == .attribute("webhook-id", "must be a UUID in lower-case letters"))
            return
        }
        let headers = try notice.signed().merging([StandardWebhookHeaders.idName: id]) { $1 }
        #expect(try await refusal(of: notice, headers: headers, status: 401, signed: false) == NoticeRefusal.signature(.messageID))
    }

    @Test func `another content type is refused`() async throws {
        var notice = try sender.referral(.sample(1))
        for type in ["text/plain", "application/jsonx", "application/cloudevents+json"] {
            notice.headers["Content-Type"] = type
            #expect(try await refusal(of: notice, status: 415) == .contentType(type))
        }
        notice.headers["Content-Type"] = "Application/JSON; charset=utf-8"
        try await RunningReceiver.with(sender) { receiver async throws in #expect(try await receiver.send(notice).status == 200) }
    }

    @Test func `a body that is not the notice it should be is refused`() async throws {
        let id = NoticeID.sample(1)
        let referral = String(decoding: try sender.referral(id).body, as: UTF8.self)
        let bodies: [(Message.Kind, String)] = [
            (.referral, ""), (.referral, "{"), (.referral, "[]"), (.referral, "null"), (.referral, referral + "x"),
            (.referral, #"{"notice":"\#(id)","notice":"\#(id)"}"#), (.referral, #"{"notice":"\#(NoticeID.sample(2))"}"#),
            (.referral, referral.replacing("\"rule\"", with: "\"rules\"")), (.referral, referral.replacing("\"id\"", with: "\"name2\"")),
            (.referral, referral.replacing(#"{"name":"Aino Esimerkki"}"#, with: "{}")),
            (.referral, referral.replacing("Aino", with: "Aino\u{1}")),
            (.withdrawal, referral), (.withdrawal, #"{"notice":"\#(id)"}"#), (.withdrawal, #"{"notice":"\#(id)","withdraws":"x"}"#),
            (.withdrawal, #"{"notice":"\#(id)","withdraws":"\#(id)"}"#),
            (.withdrawal, #"{"notice":"\#(id)","withdraws":"\#(NoticeID.sample(2))","pupil":{"name":"Aino"}}"#),
            (.referral, #"{"notice":"\#(id)","withdraws":"\#(NoticeID.sample(2))"}"#),
        ]
        for (kind, body) in bodies {
            let notice = try sender.compose(kind, id, Array(body.utf8))
            guard case .body = try await refusal(of: notice, status: 400, "\(body)") else {
                Issue.record("the body was not what was refused: \(body)")
                continue
            }
        }
    }

    @Test func `a body that is not UTF-8 is refused`() async throws {
        let notice = try sender.compose(.referral, .sample(1), [0x22, 0xFF, 0x22])
        #expect(try await refusal(of: notice, status: 400)?.description.hasPrefix("The body is not JSON") == true)
    }

    @Test func `a notice without evidence is refused`() async throws {
        var notice = try sender.referral(.sample(1))
        notice.headers[Evidence.header] = nil
        #expect(try await refusal(of: notice, status: 422) == .evidenceMissing)
    }

    @Test func `evidence of anything else is refused, with a sentence`() async throws {
        let id = NoticeID.sample(1)
        let right = try sender.referral(id)
        var unreadable = right
        unreadable.headers[Evidence.header] = "not base64"
        var otherBody = right
        otherBody.headers[Evidence.header] = try sender.referral(id, name: "Eino Toinen").headers[Evidence.header]
        let otherID = try sender.compose(.referral, id, right.body, entered: (.referral, .sample(2)))
        let otherKind = try sender.compose(.referral, id, right.body, entered: (.withdrawal, id))
        let otherPosition = try sender.compose(.referral, id, right.body, written: Position(4))
        var otherSigner = try Sender(seed: 2).referral(id)
        otherSigner.secret = sender.secret
        let evidence = try Evidence(headerValue: right.headers[Evidence.header]!)
        var changedEntry = right
        let entry = String(decoding: evidence.entry, as: UTF8.self).replacing("\"version\":3", with: "\"version\":4")
        changedEntry.headers[Evidence.header] = Evidence(entry: Array(entry.utf8), salt: evidence.salt, proof: evidence.proof).headerValue
        let cases: [(Notice, String)] = [
            (unreadable, "cannot be read"), (otherBody, "another body"), (otherID, "another message"), (otherKind, "another kind"),
            (otherPosition, "another position"), (otherSigner, "does not prove"), (changedEntry, "not in the log"),
        ]
        for (notice, words) in cases {
            let refused = try await refusal(of: notice, status: 422, "\(words)")
            let sentence = try #require(refused).description
            #expect(sentence.hasPrefix("The header Silta-Evidence does not hold: ") && sentence.contains(words), "\(sentence)")
        }
        let otherLog = ProofKeys(keys: [sender.signer.verifierKey], origin: try LogOrigin("silta/sipoo"))
        guard case .evidence = try await refusal(of: right, status: 422, proofKeys: otherLog) else {
            Issue.record("a proof of another log was taken")
            return
        }
        let none = ProofKeys(keys: [], origin: otherLog.origin)
        #expect(try await refusal(of: right, status: 422, proofKeys: none) != nil)
    }

    @Test func `a body beyond the limit is refused, and the connection lives on`() async throws {
        var notice = try sender.referral(.sample(1))
        let right = notice
        notice.body = [UInt8](repeating: 0x20, count: Receiver.Limit.body + 1)
        #expect(try await refusal(of: notice, status: 413, signed: false) == .tooLong(limit: Receiver.Limit.body))
        notice.body = right.body + [UInt8](repeating: 0x20, count: Receiver.Limit.body - right.body.count)
        guard case .evidence = try await refusal(of: notice, status: 422) else {
            Issue.record("a body of exactly the limit was not read")
            return
        }
    }

    @Test func `a body without end is not read to its end`() async throws {
        var notice = try sender.referral(.sample(1))
        let right = notice
        notice.body = [UInt8](repeating: 0x20, count: Receiver.Limit.body + Receiver.Limit.excess + 1)
        try await RunningReceiver.with(sender) { receiver async throws in
            await #expect(throws: (any Error).self) { try await receiver.send(notice) }
            #expect(receiver.receipts.isEmpty)
            #expect(try await receiver.send(right).status == 200)
        }
    }

    @Test func `headers beyond the limit never reach the examination`() async throws {
        var notice = try sender.referral(.sample(1))
        notice.headers["X-Long"] = String(repeating: "x", count: Receiver.Limit.headers)
        try await RunningReceiver.with(sender) { receiver async throws in
            if let reply = try? await receiver.send(notice) { #expect(reply.status == 400) }
            #expect(receiver.receipts.isEmpty)
            notice.headers["X-Long"] = nil
            #expect(try await receiver.send(notice).status == 200)
        }
    }

    @Test func `what was sent cannot steer a terminal`() async throws {
        var notice = try sender.referral(.sample(1))
        notice.headers["Content-Type"] = "text/\u{1B}[2Jplain\u{9B}2J"
        let report = Examiner(secret: sender.secret, proofKeys: nil, maximumBodyBytes: 1000).examine(
            IncomingRequest(
                method: "POST", headers: Dictionary(uniqueKeysWithValues: try notice.signed().map { ($0.lowercased(), $1) }),
                body: notice.body),
            now: Sender.now)
        let printed = Receipts()
        let reception = Reception(known: KnownMessages(limit: 1), folder: nil, plan: .received) { printed.append($0) }
        #expect(await reception.settle(report).status == 415)
        #expect(printed.all[0].line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
}
