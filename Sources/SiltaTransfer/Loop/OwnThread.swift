import Glibc

/// A thread of its own, outside of the pool that runs tasks, which may therefore wait for the outside.
enum OwnThread {
    /// Runs `work` on a new thread, which ends with it. Signals are left to the other threads; among them SIGPIPE, so that writing to a
    /// connection that has gone is an error and not the end of the process.
    static func start(_ work: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(work)).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { box in
                var signals = sigset_t()
                sigfillset(&signals)
                pthread_sigmask(SIG_SETMASK, &signals, nil)
                if let box { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().work() }
                return nil
            }, box)
        precondition(code == 0, "The system gives no thread for transfers [error \(code)].")
        pthread_detach(thread)
    }

    private final class Box: Sendable {
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) {
            self.work = work
        }
    }
}
