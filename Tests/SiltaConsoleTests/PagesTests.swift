import Testing

@testable import SiltaConsole

struct PagesTests {
    private let unasked: @Sendable () async -> Report = {
        Issue.record("It was asked for its report.")
        return Report()
    }

    @Test func `a process that does its work is healthy and ready`() async throws {
        try await RunningConsole.with { console async throws in
            for path in ["/healthz", "/readyz", "/healthz?verbose"] {
                let reply = try await console.ask("GET", path)
                #expect(reply.status == 200 && reply.body == "ok\n")
                #expect(reply.headers["content-type"] == "text/plain; charset=utf-8" && reply.headers["cache-control"] == "no-store")
            }
        }
    }

    @Test func `problems are told a line each, and what does not live is not ready`() async throws {
        let report = Report(alive: ["The log cannot be\nwritten [provider: x]"], ready: ["Two providers are being read.", "ä"])
        try await RunningConsole.with(report: { report }) { console async throws in
            let health = try await console.ask("GET", "/healthz")
            #expect(health.status == 503 && health.body == "The log cannot be written [provider: x]\n")
            let readiness = try await console.ask("GET", "/readyz")
            #expect(readiness.status == 503)
            #expect(readiness.body == "The log cannot be written [provider: x]\nTwo providers are being read.\nä\n")
        }
    }

    @Test func `metrics are what Prometheus reads`() async throws {
        var histogram = Histogram()
        histogram.observe(.milliseconds(2))
        let families: [MetricFamily] = [
            .counter("silta_polls_total", help: "Polls.", [MetricSample(412, ["provider": "Kuusela \"ä\""])]),
            .histogram("silta_poll_seconds", help: "Reading.", [MetricSample(histogram)]),
        ]
        try await RunningConsole.with(report: { Report(alive: ["No."], metrics: families) }) { console async throws in
            let reply = try await console.ask("GET", "/metrics")
            #expect(reply.status == 200 && reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(reply.headers["content-length"] == String(reply.body.utf8.count))
            let read = try Exposition(reply.body)
            #expect(read["silta_polls_total", ["provider": "Kuusela \"ä\""]] == 412)
            #expect(read["silta_poll_seconds_bucket", ["le": "0.0025"]] == 1 && read["silta_poll_seconds_bucket", ["le": "0.001"]] == 0)
        }
    }

    @Test(arguments: ["/healthz", "/readyz", "/metrics"]) func `HEAD is GET without the body`(path: String) async throws {
        try await RunningConsole.with(report: { Report(metrics: [.gauge("g", help: "", [MetricSample(1)])]) }) { console async throws in
            var whole = try await console.ask("GET", path)
            var bare = try await console.ask("HEAD", path)
            #expect(!whole.body.isEmpty && bare.body.isEmpty)
            (whole.body, whole.headers["date"], bare.headers["date"]) = ("", nil, nil)
            #expect(bare == whole)
        }
    }

    @Test(arguments: ["/", "/metrics/", "/Metrics", "/healthz/../metrics", "/favicon.ico", "//metrics", "/%6detrics"])
    func `there is nothing else`(path: String) async throws {
        try await RunningConsole.with(report: unasked) { console async throws in
            let reply = try await console.ask("GET", path)
            #expect(reply.status == 404 && reply.body == "There is /healthz, /readyz, /metrics.\n")
        }
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"]) func `it only tells`(method: String) async throws {
        try await RunningConsole.with(report: unasked) { console async throws in
            let reply = try await console.ask(method, "/healthz", headers: "Content-Length: 0\r\n")
            // What HTTP does not know at all is refused earlier.
            #expect(reply.status == (method == "BREW" ? 400 : 405))
            if reply.status == 405 { #expect(reply.headers["allow"] == "GET, HEAD") }
        }
    }

    @Test(arguments: ["localhost", "LocalHost:1", "127.0.0.1", "127.0.0.1:8701", "[::1]", "[::1]:80"])
    func `it answers under the names of this machine`(host: String) async throws {
        try await RunningConsole.with { console async throws in #expect(try await console.ask("GET", "/healthz", host: host).status == 200)
        }
    }

    @Test(arguments: [
        nil, "", "example.org", "localhost.example.org", "localhost:80.example.org", "localhost@example.org", "127.0.0.2",
        "127.0.0.1.example",
        "::1", "[::1]x", "0.0.0.0", "localhost:8701:1", "127.1", "xlocalhost",
    ])
    func `another name is refused, as a page on the internet may have one that leads here`(host: String?) async throws {
        try await RunningConsole.with(report: unasked) { console async throws in
            #expect(try await console.ask("GET", "/metrics", host: host).status == 421)
        }
    }

    @Test func `a console on another loopback address answers under that too`() async throws {
        try await RunningConsole.with(host: "127.0.0.9") { console async throws in
            #expect(try await console.ask("GET", "/healthz", host: "\(console.address)").status == 200)
            #expect(try await console.ask("GET", "/healthz", host: "127.0.0.8").status == 421)
        }
    }
}
