import Glibc

/// What becomes of SIGPIPE on a thread that is not this module's own.
enum SignalMask {
    /// Keeps SIGPIPE from this thread, so that writing to a connection that has gone is an error and not the end of the process.
    static func withoutBrokenPipe<Value>(_ body: () -> Value) -> Value {
        var pipe = sigset_t()
        var before = sigset_t()
        var pending = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        sigpending(&pending)
        let wasPending = sigismember(&pending, SIGPIPE) == 1
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        let value = body()
        sigpending(&pending)
        if !wasPending, sigismember(&pending, SIGPIPE) == 1 {
            var noTime = timespec()
            sigtimedwait(&pipe, nil, &noTime)
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        return value
    }
}
