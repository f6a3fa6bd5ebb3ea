public import SiltaCore
public import SiltaFormats
public import SiltaTransfer

/// Where a recipient's notices go, and how they are signed.
public struct DeliveryEndpoint: Sendable {
    public var url: String
    public var secret: WebhookSecret
    public var timeout: Duration
    public var addresses: AddressPolicy
    public var proxy: String?
    public var caFile: String?

    public init(
        url: String, secret: WebhookSecret, timeout: Duration, addresses: AddressPolicy, proxy: String? = nil, caFile: String? = nil
    ) {
        self.url = url
        self.secret = secret
        self.timeout = timeout
        self.addresses = addresses
        self.proxy = proxy
        self.caFile = caFile
    }
}

/// Carries messages over HTTPS: a CloudEvent in binary mode, signed as a Standard Webhook at the true time of the attempt.
public struct HTTPCourier: Sendable {
    let transfer: Transfer
    let endpoint: DeliveryEndpoint
    let trueTime: @Sendable () -> Instant

    public init(transfer: Transfer, endpoint: DeliveryEndpoint, trueTime: @escaping @Sendable () -> Instant) {
        self.transfer = transfer
        self.endpoint = endpoint
        self.trueTime = trueTime
    }

    public func carry(_ parcel: Parcel) async -> Outcome {
        let request: HTTPRequest
        do { request = try self.request(parcel) } catch {
            return .failed(.init(reason: "the request could not be made", isOurs: true))
        }
        do {
            let response = try await transfer.send(request)
            return Outcome(
                status: response.status, retryAfter: RetryAfter.duration(response.headers.first("Retry-After"), from: trueTime()))
        } catch {
            return error.mayHaveArrived ? .unknown(reason: error.sentence) : .failed(.init(reason: error.sentence))
        }
    }

    private func request(_ parcel: Parcel) throws -> HTTPRequest {
        let signed = endpoint.secret.headers(
            id: try WebhookMessageID(parcel.id.description), timestamp: trueTime().milliseconds / 1000, body: parcel.body)
        var headers = HTTPHeaders()
        for (name, value) in parcel.event.headers { headers.append(name, value) }
        headers.append(StandardWebhookHeaders.idName, signed.id)
        headers.append(StandardWebhookHeaders.timestampName, signed.timestamp)
        headers.append(StandardWebhookHeaders.signatureName, signed.signature)
        headers.append(Evidence.header, parcel.evidence.headerValue)
        var request = HTTPRequest(.post, endpoint.url, headers: headers, body: parcel.body)
        request.timeout = endpoint.timeout
        request.addresses = endpoint.addresses
        request.proxy = endpoint.proxy
        request.caFile = endpoint.caFile
        return request
    }
}
