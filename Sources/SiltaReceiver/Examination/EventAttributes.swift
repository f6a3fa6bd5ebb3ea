import SiltaCore
import SiltaFormats

/// The CloudEvents attributes of a notice, from the headers of HTTP binary mode (CloudEvents HTTP protocol binding 1.0.2, section 3.1).
struct EventAttributes: Hashable, Sendable {
    let id: NoticeID
    let kind: Message.Kind

    /// - Parameters:
    ///   - headers: by lower-case names.
    ///   - webhookID: the header webhook-id, whose signature holds.
    /// - Throws: `NoticeRefusal.attribute`, by the first header that is wrong.
    init(_ headers: [String: String], webhookID: String) throws(NoticeRefusal) {
        func attribute(_ name: String) throws(NoticeRefusal) -> String {
            guard let value = headers[name] else { throw .attribute(name, "is missing") }
            return value
        }
        guard try attribute("ce-specversion") == "1.0" else { throw .attribute("ce-specversion", "must be 1.0") }
        guard headers["ce-datacontenttype"] == nil else {
            throw .attribute("ce-datacontenttype", "must not be sent: Content-Type says it")
        }
        // The identifier becomes a file's name: only the one spelling of a UUID passes.
        guard let id = NoticeID(webhookID), id.description == webhookID else {
            throw .attribute(StandardWebhookHeaders.idName, "must be a UUID in lower-case letters")
        }
        guard try attribute("ce-id") == webhookID else { throw .attribute("ce-id", "must equal \(StandardWebhookHeaders.idName)") }
        switch try attribute("ce-type") {
        case CloudEvent.referralType: kind = .referral
        case CloudEvent.withdrawalType: kind = .withdrawal
        default: throw .attribute("ce-type", "must be \(CloudEvent.referralType) or \(CloudEvent.withdrawalType)")
        }
        let source = try attribute("ce-source")
        guard !source.isEmpty, source.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }) else {
            throw .attribute("ce-source", "must be a URI reference")
        }
        if let time = headers["ce-time"], Instant(time) == nil { throw .attribute("ce-time", "must be a time of RFC 3339") }
        self.id = id
    }
}

/// The media type of a notice.
enum MediaType {
    /// - Throws: `NoticeRefusal.contentType` unless the header says application/json, with or without parameters.
    static func check(_ header: String?) throws(NoticeRefusal) {
        let type = header?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard type == "application/json" else { throw .contentType(header) }
    }
}
