import GRDB
public import SiltaCore

/// An event with its place in the log.
public struct LoggedEvent: Hashable, Sendable {
    public var position: Position
    public var recorded: Instant
    public var event: Event

    public init(position: Position, recorded: Instant, event: Event) {
        self.position = position
        self.recorded = recorded
        self.event = event
    }
}

extension StateStore {
    /// Takes in what follows the position that the state has reached; incremental work and a rebuild both go this way.
    ///
    /// - Parameters:
    ///   - events: in order of the log; entries that cannot be read any more, because their pupil was erased, are left out.
    ///   - reached: where the state stands afterwards.
    public func apply(_ events: some Sequence<LoggedEvent>, reaching reached: Reached) throws {
        try change { change in
            for event in events { try change.apply(event) }
            return reached
        }
    }

    /// As ``apply(_:reaching:)``, for events that come to be one after the other: none is held longer than it takes to fold it in.
    ///
    /// - Parameter body: is given the change, and returns where the state stands afterwards. It may not ask the store anything. If it
    ///   throws, the state stays as it was.
    /// - Throws: what `body` throws, and ``StateFailure``.
    public func change(_ body: (inout StateChange) throws -> Reached) throws {
        let provider = try writeRethrowing { database in
            var change = StateChange(database, provider: try known.provider(in: database))
            let reached = try body(&change)
            try change.finish(reaching: reached)
            return change.provider
        }
        known.keep(provider)
    }

    /// Forgets everything; the log has it all.
    public func erase() throws(StateFailure) {
        known.forget()
        try write { database in
            for table in StateSchema.tables { try database.execute(sql: "DELETE FROM \(table)") }
            try database.execute(sql: "UPDATE reached SET size = 0, root = ''")
        }
    }
}
