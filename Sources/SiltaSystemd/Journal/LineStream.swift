import Glibc

/// A descriptor that takes lines, such as standard error: a terminal, a file, or a pipe that may be full or closed at its other end.
struct LineStream: Sendable {
    /// What a pipe takes whole or not at all, and without waiting once it says that it takes anything: `PIPE_BUF` of pipe(7).
    static let maximumBytes = 4096

    let descriptor: Int32

    /// - Parameters:
    ///   - line: without a newline; what is longer than a pipe takes at once is shortened.
    ///   - milliseconds: how long it waits until there is room.
    /// - Returns: whether all of it was written.
    func write(_ line: String, waiting milliseconds: Int32) -> Bool {
        let bytes = Array((line.shortened(toBytes: LineStream.maximumBytes - 1) + "\n").utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            guard hasRoom(within: milliseconds) else { return false }
            let written = writeWithoutSignal(rest)
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    private func hasRoom(within milliseconds: Int32) -> Bool {
        var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while poll(&room, 1, milliseconds) < 0 {
            guard errno == EINTR else { return false }
        }
        return room.revents == Int16(POLLOUT)
    }

    /// Whoever read the other end may be gone, which is no reason to end the process: SIGPIPE is kept from this thread meanwhile.
    func writeWithoutSignal(_ bytes: ArraySlice<UInt8>) -> Int {
        var pipe = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let code = errno
        if written < 0 && code == EPIPE {
            var noTime = timespec()
            sigtimedwait(&pipe, nil, &noTime)
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        errno = code
        return written
    }
}
