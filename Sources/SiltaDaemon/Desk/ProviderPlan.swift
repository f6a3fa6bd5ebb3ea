public import SiltaCore
public import SiltaFormats

/// What the configuration asks of one provider's desk.
public struct ProviderPlan: Sendable {
    public struct PlannedSource: Sendable {
        public var source: Source
        public var every: Duration
        /// By when a poll must have read its register.
        public var deadline: Duration

        public init(source: Source, every: Duration, deadline: Duration) {
            self.source = source
            self.every = every
            self.deadline = deadline
        }
    }

    public var sender: NoticeBody.Sender
    public var wanted: Wanted
    public var rules: DisclosureRules
    /// The local date where the provider is.
    public var date: @Sendable (Instant) -> LocalDate
    public var sources: [PlannedSource]
    public var endpoints: [RecipientID: DeliveryEndpoint]

    public init(
        sender: NoticeBody.Sender, wanted: Wanted, rules: DisclosureRules, date: @escaping @Sendable (Instant) -> LocalDate,
        sources: [PlannedSource], endpoints: [RecipientID: DeliveryEndpoint]
    ) {
        self.sender = sender
        self.wanted = wanted
        self.rules = rules
        self.date = date
        self.sources = sources
        self.endpoints = endpoints
    }
}
