import Glibc
import Testing

@testable import SiltaSystemd

struct ServiceManagerTests {
    @Test(arguments: [false, true]) func `the manager is told what happens, each in a datagram`(isAbstract: Bool) throws {
        let mailbox = try Mailbox(isAbstract: isAbstract)
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": mailbox.name])
        #expect(manager.ready(status: "Two providers."))
        #expect(manager.status("Reading."))
        #expect(manager.watchdog())
        #expect(manager.stopping())
        #expect(mailbox.texts() == ["READY=1\nSTATUS=Two providers.\n", "STATUS=Reading.\n", "WATCHDOG=1\n", "STOPPING=1\n"])
    }

    @Test func `reloading carries the time of the monotonic clock`() throws {
        let mailbox = try Mailbox()
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": mailbox.name])
        func now() -> Int {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
        }
        let before = now()
        #expect(manager.reloading())
        let text = try #require(mailbox.texts().first)
        try #require(text.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") && text.hasSuffix("\n"))
        let told = try #require(Int(text.dropFirst("RELOADING=1\nMONOTONIC_USEC=".count).dropLast()))
        #expect((before...now()).contains(told))
    }

    @Test func `a status is one line of at most a thousand bytes, and no other assignment`() throws {
        let mailbox = try Mailbox()
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": mailbox.name])
        manager.status("One\nMAINPID=1\r\u{0}")
        manager.status(String(repeating: "ä", count: 5000))
        let texts = mailbox.texts()
        #expect(texts.first == "STATUS=One MAINPID=1 \u{FFFD}\n")
        #expect(texts.last?.utf8.count ?? 0 <= 1008 && texts.last?.hasSuffix("ää… [shortened]\n") == true)
    }

    @Test(arguments: [
        nil, "", "/", "@", "relative", "vsock:2:1234", "/nowhere/socket", "/" + String(repeating: "x", count: 108), "/a\u{0}b",
    ])
    func `without a socket nothing is done`(name: String?) {
        let manager = ServiceManager(environment: name.map { ["NOTIFY_SOCKET": $0] } ?? [:])
        #expect(!manager.ready(status: "") && !manager.reloading() && !manager.status("") && !manager.stopping() && !manager.watchdog())
    }

    @Test func `a path and a name may be as long as the system takes`() {
        #expect(
            UnixAddress("/" + String(repeating: "x", count: 106)) != nil && UnixAddress("/" + String(repeating: "x", count: 107)) == nil)
        #expect(
            UnixAddress("@" + String(repeating: "x", count: 107)) != nil && UnixAddress("@" + String(repeating: "x", count: 108)) == nil)
    }

    @Test func `a full socket is not waited for, and can be tried again`() throws {
        let mailbox = try Mailbox()
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": mailbox.name])
        mailbox.fill()
        #expect(!manager.ready(status: "Ready."))
        _ = mailbox.take()
        #expect(manager.ready(status: "Ready."))
        #expect(mailbox.texts() == ["READY=1\nSTATUS=Ready.\n"])
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "30000000"], Duration.seconds(15)),
            (["WATCHDOG_USEC": "30000001", "WATCHDOG_PID": "7"], .nanoseconds(15_000_000_500)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil), (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "-5"], nil),
            (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
        ] as [([String: String], Duration?)])
    func `the watchdog is fed twice in its time, by the process that it watches`(environment: [String: String], interval: Duration?) {
        let told = environment.merging(["NOTIFY_SOCKET": "/run/systemd/notify"]) { $1 }
        #expect(ServiceManager(environment: told, processID: 7).watchdogInterval == interval)
        #expect(ServiceManager(environment: environment, processID: 7).watchdogInterval == nil)
    }

    @Test func `programs that are started cannot speak for the service`() {
        let environment = ["NOTIFY_SOCKET": "/n", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "PATH": "/bin"]
        #expect(ServiceManager.inherited(from: environment) == ["PATH": "/bin"])
    }
}
