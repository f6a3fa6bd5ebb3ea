import SiltaCore
import SiltaFormats
import SiltaProof

/// Decides, from a request alone, whether it is what it should be. What came before it, `KnownMessages` knows.
struct Examiner: Sendable {
    let secret: WebhookSecret
    let proofKeys: ProofKeys?
    let maximumBodyBytes: Int

    /// What was found, and what was wrong first.
    struct Report: Sendable {
        var findings = Findings()
        /// The message, where nothing is wrong.
        var result: Result<Accepted, NoticeRefusal>
    }

    /// A message that is right by itself.
    struct Accepted: Sendable {
        var id: NoticeID
        var kind: Message.Kind
        var body: [UInt8]
    }

    /// - Parameter now: seconds since 1970.
    func examine(_ request: IncomingRequest, now: Int64) -> Report {
        var findings = Findings()
        do throws(NoticeRefusal) {
            let accepted = try check(request, now: now, &findings)
            return Report(findings: findings, result: .success(accepted))
        } catch {
            return Report(findings: findings, result: .failure(error))
        }
    }

    private func check(_ request: IncomingRequest, now: Int64, _ findings: inout Findings) throws(NoticeRefusal) -> Accepted {
        guard request.method == "POST" else { throw .method }
        guard let body = request.body else { throw .tooLong(limit: maximumBodyBytes) }
        // Before anything else that was sent is believed, said or kept.
        let webhookID = try checkSignature(request, body, now)
        findings.isSigned = true

        try MediaType.check(request.headers["content-type"])
        let event = try EventAttributes(request.headers, webhookID: webhookID)
        findings.notice = event.id
        findings.kind = event.kind

        let json = try MessageBody.parse(body)
        findings.body = json
        findings.withdraws = try MessageBody.check(json, id: event.id, kind: event.kind)

        guard let header = request.headers[Evidence.header.lowercased()] else {
            findings.evidence = .absent
            throw .evidenceMissing
        }
        if let proofKeys {
            do throws(EvidenceProblem) {
                findings.evidence = try proofKeys.check(header, body: body, id: event.id, kind: event.kind)
            } catch {
                findings.evidence = .wrong(error.sentence)
                throw .evidence(error.sentence)
            }
        }
        return Accepted(id: event.id, kind: event.kind, body: body)
    }

    /// - Returns: the header webhook-id.
    private func checkSignature(_ request: IncomingRequest, _ body: [UInt8], _ now: Int64) throws(NoticeRefusal) -> String {
        func header(_ name: String) throws(NoticeRefusal) -> String {
            guard let value = request.headers[name] else { throw .unsigned(header: name) }
            return value
        }
        let headers = StandardWebhookHeaders(
            id: try header(StandardWebhookHeaders.idName), timestamp: try header(StandardWebhookHeaders.timestampName),
            signature: try header(StandardWebhookHeaders.signatureName))
        do {
            try secret.verify(headers, body: body, now: now)
        } catch {
            throw .signature(error)
        }
        return headers.id
    }
}
