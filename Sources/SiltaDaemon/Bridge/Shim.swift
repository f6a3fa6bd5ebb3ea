import SiltaCore
typealias ReadResult = Result<Reading, PollFailure>
struct ReadRequest: Sendable {
    var source: Source
    func run() -> ReadResult {
        do { return .success(try source.read()) } catch let failure as PollFailure { return .failure(failure) } catch {
            return .failure(PollFailure("\(error)"))
        }
    }
}
extension Bridge {
    func readRequest(_ source: Source) throws -> ReadRequest { ReadRequest(source: source) }
    func take(_ result: ReadResult, of source: Source) throws -> PollResult {
        try poll(Source(id: source.id, limits: source.limits) { try result.get() })
    }
    func assess(upTo count: Int) throws -> Bool {
        try assess()
        return false
    }
}
