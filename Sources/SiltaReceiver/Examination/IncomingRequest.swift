/// A request as it came; nothing about it is trusted.
struct IncomingRequest: Sendable {
    var method: String
    /// Values by lower-case names; those of one name, where it came twice, with a comma between them.
    var headers: [String: String]
    /// Nil: longer than the limit.
    var body: [UInt8]?
}
