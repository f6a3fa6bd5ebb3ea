/// What a connector needs to read a folder on a server, or to ask it: whoever makes it knows how to talk to servers, and where secrets are.
public struct Fetcher: Sendable {
    /// One poll's way to the server. Used by one thread.
    public struct Session {
        /// Writes a file to the descriptor, unless it is what is known. Blocks, and calls `step` at least every few seconds.
        public var fetch: (_ name: String, _ known: RemoteStamp?, _ descriptor: Int32, _ step: () throws -> Void) throws -> Answer
        /// Says whether a file is still what is known, or `content` with what it is known by; fetches nothing.
        public var look: (_ name: String, _ known: RemoteStamp?, _ step: () throws -> Void) throws -> Answer
        /// The names in a folder below, without those that begin with a dot; of the empty name, in the folder itself. Only of servers
        /// that tell them.
        public var list: (_ folder: String, _ step: () throws -> Void) throws -> [String]

        /// Asks the server, whatever it answers. Blocks, as the others do.
        public var ask: (_ question: WebQuestion, _ step: () throws -> Void) throws -> WebAnswer

        public init(
            fetch: @escaping (_ name: String, _ known: RemoteStamp?, _ descriptor: Int32, _ step: () throws -> Void) throws -> Answer,
            look: @escaping (_ name: String, _ known: RemoteStamp?, _ step: () throws -> Void) throws -> Answer,
            list: @escaping (_ folder: String, _ step: () throws -> Void) throws -> [String] = { _, _ in [] },
            ask: @escaping (_ question: WebQuestion, _ step: () throws -> Void) throws -> WebAnswer = { _, _ in
                throw Failure("nothing is asked of servers here")
            }
        ) {
            self.fetch = fetch
            self.look = look
            self.list = list
            self.ask = ask
        }
    }

    public enum Answer: Hashable, Sendable {
        /// - Parameter isSettled: whether other content would have another stamp.
        case content(RemoteStamp, isSettled: Bool)
        case unchanged
        case missing
        /// Where it is HTTP, with the status.
        case denied(status: Int?)
        /// The server wants to be left alone, so long where it says it.
        case later(Duration?)
        case status(Int)
    }

    /// The server could not be asked.
    public struct Failure: Error, Hashable, Sendable {
        /// What is wrong and what would be right. Never a secret, a path or a query.
        public let sentence: String

        public init(_ sentence: String) { self.sentence = sentence }
    }

    /// An existing folder on a disk, for files that have no name and are gone with the process.
    public let folder: String
    /// - Throws: ``Failure``.
    public let open: @Sendable () throws -> Session

    public init(folder: String, open: @escaping @Sendable () throws -> Session) {
        self.folder = folder
        self.open = open
    }
}
