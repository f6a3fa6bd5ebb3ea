/// A request that has been found fit to be sent: nothing in it can break out of its place in the message.
struct PreparedRequest: Sendable {
    let request: HTTPRequest
    let endpoint: Endpoint

    init(_ request: HTTPRequest) throws(TransferFailure) {
        try Self.check(request.headers)
        guard request.body.isEmpty || request.method.mayHaveBody else {
            throw .malformedRequest("A \(request.method.rawValue) request has no body; POST, PUT or PATCH would be right.")
        }
        guard request.responseLimit >= 0 else { throw .malformedRequest("The limit of the response must be 0 bytes or more.") }
        try Self.check([request.caFile, request.identity?.certificatePath, request.identity?.keyPath])
        endpoint = try Endpoint(request.url)
        if let proxy = request.proxy {
            _ = try Endpoint(proxy: proxy)
            try Self.checkBehindProxy(endpoint, request.addresses)
        }
        self.request = request
    }

    /// The paths of certificates and keys.
    static func check(_ paths: [String?]) throws(TransferFailure) {
        guard !paths.contains(where: { $0?.utf8.contains(0) ?? false }) else {
            throw .malformedRequest("The path of a certificate or key must not have a zero byte.")
        }
    }

    /// Header names and values go out as lines: one with a line end in it would be two, and the second an attacker's.
    static func check(_ headers: HTTPHeaders) throws(TransferFailure) {
        for (index, field) in headers.fields.enumerated() {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
                throw .malformedRequest("The name of header \(index + 1) is not one; letters, digits and - would be right.")
            }
            guard !framing.contains(field.name.lowercased()) else {
                throw .malformedRequest("The header \(field.name) is written by the transfer itself and must not be given.")
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == UInt8(ascii: "\t") }) else {
                throw .malformedRequest("The value of the header \(field.name) has a control character, such as a line end, and must not.")
            }
        }
    }

    /// What says where a message begins, ends and goes.
    private static let framing: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// `tchar` of RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Behind a proxy the address connected to is the proxy's; what can be known of the recipient's is checked here.
    static func checkBehindProxy(_ endpoint: Endpoint, _ policy: AddressPolicy) throws(TransferFailure) {
        if let address = endpoint.knownAddress {
            if let refusal = Refusal(of: address, under: policy, isPlain: endpoint.isPlain) { throw refusal.failure(endpoint) }
        } else if endpoint.isPlain || policy.isConfined {
            throw Refusal.unknownBehindProxy(isPlain: endpoint.isPlain).failure(endpoint)
        }
    }
}

extension TransferFailure {
    static func malformedRequest(_ sentence: String) -> TransferFailure {
        TransferFailure(code: .malformedRequest, sentence: sentence, mayHaveArrived: false)
    }
}
