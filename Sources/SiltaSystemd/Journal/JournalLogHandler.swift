public import Logging

/// What libraries log by swift-log, as lines of the journal.
///
/// Libraries do not know what is personal: of their metadata only what is listed becomes part of a line, and of an error only its type.
public struct JournalLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let journal: Journal
    private let allowed: [String]

    /// ```swift
    /// Logger(label: "silta.console") { JournalLogHandler(label: $0, journal: journal) }
    /// ```
    /// - Parameters:
    ///   - label: becomes the line's field `logger`.
    ///   - allowed: the keys of the metadata that become fields, in this order.
    ///   - logLevel: what is less than this is dropped.
    public init(label: String, journal: Journal, allowed: [String] = [], logLevel: Logger.Level = .warning) {
        self.label = label
        self.journal = journal
        self.allowed = allowed
        self.logLevel = logLevel
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = [JournalLine.Field("logger", label)]
        if let error = event.error { fields.append(JournalLine.Field("error", String(reflecting: type(of: error)))) }
        if !allowed.isEmpty {
            let provided = metadataProvider?.get() ?? [:]
            for key in allowed {
                guard let value = event.metadata?[key] ?? provided[key] ?? metadata[key] else { continue }
                fields.append(JournalLine.Field(key, "\(value)"))
            }
        }
        journal.record(JournalLine(JournalLine.Priority(event.level), "\(event.message)", fields: fields))
    }
}

extension JournalLine.Priority {
    fileprivate init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace, .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            case .critical: .critical
            }
    }
}
