import Foundation
import Synchronization

/// Something that blocks, such as reading a register from a folder that may hang, on a thread of its own: no other task waits for it.
public enum OwnThread {
    /// - Returns: nil where the time is over or the task is cancelled first; the thread then goes on by itself, and what it comes
    ///   to is dropped.
    public static func run<Value: Sendable>(atMost duration: Duration, _ body: @escaping @Sendable () -> Value) async -> Value? {
        let box = Handover<Value>()
        Thread.detachNewThread { box.give(body()) }
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask { await box.take() }
            group.addTask {
                try? await Task.sleep(for: duration)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

/// One value on its way from a thread to a task.
private final class Handover<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value?, Never>)
        case given(Value)
        case over
    }

    private let state = Mutex(State.empty)

    func give(_ value: Value) {
        let continuation = state.withLock { state -> CheckedContinuation<Value?, Never>? in
            switch state {
            case .waiting(let continuation):
                state = .over
                return continuation
            case .empty:
                state = .given(value)
                return nil
            case .given, .over: return nil
            }
        }
        continuation?.resume(returning: value)
    }

    func take() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Value?? in
                    switch state {
                    case .given(let value):
                        state = .over
                        return value
                    case .over: return .some(nil)
                    case .empty, .waiting:
                        guard !Task.isCancelled else { return .some(nil) }
                        state = .waiting(continuation)
                        return .none
                    }
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Value?, Never>? in
                guard case .waiting(let continuation) = state else { return nil }
                state = .over
                return continuation
            }
            waiting?.resume(returning: nil)
        }
    }
}
