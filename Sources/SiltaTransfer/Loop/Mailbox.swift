import CCurl
import Synchronization

/// A request on its way from a task to the thread, and the way back. Whoever takes it out of the mailbox answers it, exactly once.
struct Job: Sendable {
    typealias Answer = Result<HTTPResponse, TransferFailure>

    let id: UInt64
    let prepared: PreparedRequest
    let arrival: ContinuousClock.Instant
    private let continuation: CheckedContinuation<Answer, Never>

    init(id: UInt64, prepared: PreparedRequest, arrival: ContinuousClock.Instant, continuation: CheckedContinuation<Answer, Never>) {
        self.id = id
        self.prepared = prepared
        self.arrival = arrival
        self.continuation = continuation
    }

    func answer(_ answer: Answer) {
        continuation.resume(returning: answer)
    }

    /// When the whole must be over.
    var deadline: ContinuousClock.Instant { arrival + min(prepared.request.timeout, .seconds(86_400)) }
}

/// What tasks and the thread share: the only state that more than one thread touches.
final class Mailbox: Sendable {
    /// What the thread is to do next.
    struct Orders {
        var arrivals: [Job]
        /// The requests whose tasks were cancelled, those of earlier orders included until their tasks have left.
        var withdrawn: Set<UInt64>
        var isShuttingDown: Bool
    }

    private enum Phase {
        case open
        case shuttingDown
        case shutDown
    }

    private struct State {
        var phase = Phase.open
        /// The multi handle as a number, for `curl_multi_wakeup`, the one call on it that another thread may make; 0 before it is made and
        /// from before it is destroyed.
        var multi: UInt = 0
        var lastID: UInt64 = 0
        var outstanding = 0
        var arrivals: [Job] = []
        var withdrawn: Set<UInt64> = []
        var shutDownWaiters: [CheckedContinuation<Void, Never>] = []

        func wake() {
            if let multi = UnsafeMutableRawPointer(bitPattern: multi) { curl_multi_wakeup(multi) }
        }
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// A mailbox for at most `capacity` requests at a time that are not answered yet.
    init(capacity: Int) {
        self.capacity = capacity
    }
}

/// For the tasks.
extension Mailbox {
    /// Makes room for one request; `leave` must follow.
    func enter() throws(TransferFailure) -> UInt64 {
        let entered: Result<UInt64, TransferFailure> = state.withLock { state in
            guard state.phase == .open else { return .failure(.shutDownAlready) }
            guard state.outstanding < capacity else { return .failure(.overloaded(capacity)) }
            state.outstanding += 1
            state.lastID += 1
            return .success(state.lastID)
        }
        return try entered.get()
    }

    /// Gives the request's room back. By then its task's cancellation can no longer arrive.
    func leave(_ id: UInt64) {
        state.withLock { state in
            state.outstanding -= 1
            state.withdrawn.remove(id)
        }
    }

    /// Hands the request to the thread, or answers it at once where that is too late.
    func post(_ job: Job) {
        let isTaken = state.withLock { state in
            guard state.phase == .open else { return false }
            state.arrivals.append(job)
            state.wake()
            return true
        }
        if !isTaken { job.answer(.failure(.shutDownAlready)) }
    }

    /// Has the request ended, whether it has been posted yet or not.
    func withdraw(_ id: UInt64) {
        state.withLock { state in
            state.withdrawn.insert(id)
            state.wake()
        }
    }

    /// Has everything ended, and resumes the continuation when it has.
    func shutDown(_ continuation: CheckedContinuation<Void, Never>?) {
        let isOver = state.withLock { state in
            guard state.phase != .shutDown else { return true }
            state.phase = .shuttingDown
            if let continuation { state.shutDownWaiters.append(continuation) }
            state.wake()
            return false
        }
        if isOver { continuation?.resume() }
    }
}

/// For the thread.
extension Mailbox {
    /// Lets other threads wake the owner of the multi handle.
    func connect(to multi: UnsafeMutableRawPointer) {
        state.withLock { $0.multi = UInt(bitPattern: multi) }
    }

    /// Must come before the multi handle is destroyed.
    func disconnect() {
        state.withLock { $0.multi = 0 }
    }

    /// Takes what has come since.
    func collect() -> Orders {
        state.withLock { state in
            defer { state.arrivals = [] }
            return Orders(arrivals: state.arrivals, withdrawn: state.withdrawn, isShuttingDown: state.phase != .open)
        }
    }

    /// Says that the thread has let go of everything.
    func close() {
        let waiters = state.withLock { state in
            defer { state.shutDownWaiters = [] }
            state.phase = .shutDown
            return state.shutDownWaiters
        }
        for waiter in waiters { waiter.resume() }
    }
}

extension TransferFailure {
    fileprivate static var shutDownAlready: TransferFailure {
        TransferFailure(code: .shutDown, sentence: "The request came after the shutdown and was not sent.", mayHaveArrived: false)
    }

    fileprivate static func overloaded(_ capacity: Int) -> TransferFailure {
        TransferFailure(
            code: .overloaded, sentence: "\(capacity) requests wait for an answer already, and no more are taken.", mayHaveArrived: false)
    }
}
