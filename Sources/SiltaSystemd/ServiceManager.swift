import Glibc

/// What the system's service manager is told: that the service is ready, what it does now, that it still lives.
///
/// The protocol is [sd_notify(3)](https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html) and
/// [sd_watchdog_enabled(3)](https://www.freedesktop.org/software/systemd/man/latest/sd_watchdog_enabled.html): lines of `NAME=value` in a
/// datagram to the socket that `NOTIFY_SOCKET` names. Where nothing names one, nothing is done.
///
/// Nothing here waits or throws. Each call answers whether the manager took the message, so that what must not be missed (`ready`) can be
/// said again: the socket of a machine that is just starting may be full for a moment.
public struct ServiceManager: Sendable {
    /// How often `watchdog` should be called: half of what the manager waits for before it kills the service. Nil: it does not watch.
    public let watchdogInterval: Duration?
    private let address: UnixAddress?

    /// - Parameter environment: of this process; `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are looked at. A socket that is
    ///   neither a path nor abstract (`@name`), such as one of `vsock:`, counts as none.
    public init(environment: [String: String]) {
        self.init(environment: environment, processID: getpid())
    }

    init(environment: [String: String], processID: Int32) {
        address = environment["NOTIFY_SOCKET"].flatMap { UnixAddress($0) }
        watchdogInterval = address.flatMap { _ in ServiceManager.watchdogInterval(environment, processID) }
    }

    /// What a program that this one starts may inherit: everything but the variables by which it could speak for this one.
    ///
    /// The environment of the process itself is left as it is, because changing it is not safe once there are threads. Beside this, the
    /// manager listens to the main process only (`NotifyAccess=main`, which `Type=notify` implies).
    public static func inherited(from environment: [String: String]) -> [String: String] {
        environment.filter { !["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"].contains($0.key) }
    }

    /// The service has started, or has taken in its configuration again after `reloading`.
    /// - Parameter status: what it does, for a person who asks `systemctl status`; nothing of a pupil.
    @discardableResult
    public func ready(status: String) -> Bool { send("READY=1\n\(ServiceManager.statusLine(status))") }

    /// The configuration is being taken in again, as `Type=notify-reload` asks; `ready` must follow.
    @discardableResult
    public func reloading() -> Bool {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return send("RELOADING=1\nMONOTONIC_USEC=\(time.tv_sec * 1_000_000 + time.tv_nsec / 1000)\n")
    }

    /// - Parameter text: what the service does, as one line; more than 1,000 bytes are shortened. Nothing of a pupil.
    @discardableResult
    public func status(_ text: String) -> Bool { send(ServiceManager.statusLine(text)) }

    /// The service has begun to end.
    @discardableResult
    public func stopping() -> Bool { send("STOPPING=1\n") }

    /// The service lives. To be called from what would stand still if it did not.
    @discardableResult
    public func watchdog() -> Bool { send("WATCHDOG=1\n") }

    private func send(_ message: String) -> Bool {
        guard let address, let socket = DatagramSocket() else { return false }
        return socket.send(Array(message.utf8), to: address) == .sent
    }

    /// A newline in the text would be the beginning of another assignment.
    private static func statusLine(_ text: String) -> String { "STATUS=\(text.onOneLine.shortened(toBytes: 1000))\n" }

    private static func watchdogInterval(_ environment: [String: String], _ processID: Int32) -> Duration? {
        if let owner = environment["WATCHDOG_PID"], owner != String(processID) { return nil }
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), microseconds > 0 else { return nil }
        return .microseconds(microseconds) / 2
    }
}
