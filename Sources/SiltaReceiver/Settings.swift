public import SiltaFormats

extension Receiver {
    /// How a receiver is set up.
    public struct Settings: Sendable {
        public var address: ListenAddress
        /// Whether others than this machine's own programs may reach it. What comes is personal data, over plain http.
        public var allowsAnyAddress = false
        public var secret: WebhookSecret
        /// Nil: proofs are not checked, and said to be not checked.
        public var proofKeys: ProofKeys?
        /// Into which each received body is written as `<message id>.json`; what is there already counts as received.
        public var folder: String?
        public var plan = AnswerPlan.received

        public init(address: ListenAddress, secret: WebhookSecret) {
            self.address = address
            self.secret = secret
        }
    }

    /// What a receiver takes at most.
    public enum Limit {
        /// Of one body, in bytes.
        public static let body = 1 << 20
        /// What is read and thrown away of a body that is too long, so that its sender hears of it; of a longer one the connection is closed.
        static let excess = 16 << 20
        /// Of all headers, in bytes: a proof's entry alone may have 65,535, and travels as base64.
        public static let headers = 160 << 10
        static let headerCount = 100
        public static let connections = 64
        /// How many messages are remembered.
        public static let messages = 100_000
        /// Nothing comes on a connection for so long: it is closed.
        static let idleSeconds: Int64 = 15
    }
}
