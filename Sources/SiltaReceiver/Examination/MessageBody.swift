import SiltaCore
import SiltaFormats

/// What the body of a notice must be (spec: notices, "What is in it").
enum MessageBody {
    static func parse(_ bytes: [UInt8]) throws(NoticeRefusal) -> JSON {
        let json: JSON
        do { json = try JSON.parse(bytes) } catch { throw .body("is not JSON: \(error)") }
        guard case .object = json else { throw .body("must be a JSON object") }
        return json
    }

    /// - Returns: the referral that a withdrawal takes back.
    static func check(_ json: JSON, id: NoticeID, kind: Message.Kind) throws(NoticeRefusal) -> NoticeID? {
        guard json["notice"]?.string == id.description else { throw .body("must name the message: \"notice\" must equal ce-id") }
        switch kind {
        case .referral:
            try checkReferral(json)
            return nil
        case .withdrawal:
            return try checkWithdrawal(json, id: id)
        }
    }

    private static func checkReferral(_ json: JSON) throws(NoticeRefusal) {
        for name in ["rule", "service", "purpose"] where (json[name]?.string ?? "").isEmpty {
            throw .body("of a referral must have a text \"\(name)\"")
        }
        guard !(json["provider"]?["id"]?.string ?? "").isEmpty else { throw .body("of a referral must say its provider's \"id\"") }
        guard case .object(let identity)? = json["pupil"], !identity.isEmpty else { throw .body("of a referral must say its \"pupil\"") }
    }

    private static func checkWithdrawal(_ json: JSON, id: NoticeID) throws(NoticeRefusal) -> NoticeID {
        guard case .object(let members) = json, members.allSatisfy({ ["notice", "withdraws"].contains($0.name) }) else {
            throw .body("of a withdrawal must have \"notice\" and \"withdraws\", and nothing else")
        }
        guard let text = json["withdraws"]?.string, let referral = NoticeID(text), referral.description == text, referral != id else {
            throw .body("of a withdrawal must name a referral in \"withdraws\": a UUID in lower-case letters, another than its own")
        }
        return referral
    }
}
