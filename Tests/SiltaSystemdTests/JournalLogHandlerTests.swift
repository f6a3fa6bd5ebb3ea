import Logging
import Testing

@testable import SiltaSystemd

struct JournalLogHandlerTests {
    private struct Trouble: Error, CustomStringConvertible { let description = "GET /pupils/Aino" }

    private func lines(allowed: [String], _ log: (inout Logger) -> Void) -> [String] {
        let stream = Stream()
        let outlet = Outlet(environment: [:], descriptor: stream.writing, address: nil, identifier: "silta")
        let journal = Journal(outlet: outlet, now: { 0 })
        var logger = Logger(label: "silta.console") { JournalLogHandler(label: $0, journal: journal, allowed: allowed) }
        log(&logger)
        return stream.lines().map { String($0.dropFirst("1970-01-01T00:00:00.000Z ".count)) }
    }

    @Test func `of metadata nothing is shown that was not allowed`() {
        let lines = lines(allowed: []) { logger in
            logger[metadataKey: "pupil"] = "Aino"
            logger.warning("It went wrong.", metadata: ["path": "/pupils/Aino"])
        }
        #expect(lines == ["warning It went wrong. [logger: silta.console]"])
    }

    @Test func `what is allowed is shown in that order, the nearest value first`() {
        let lines = lines(allowed: ["port", "service"]) { logger in
            logger[metadataKey: "service"] = "console"
            logger[metadataKey: "port"] = "1"
            logger.error("It went wrong.", metadata: ["port": "8701", "path": "/pupils/Aino"])
        }
        #expect(lines == ["error It went wrong. [logger: silta.console, port: 8701, service: console]"])
    }

    @Test func `of an error its type is shown, not what it says`() {
        let lines = lines(allowed: []) { $0.error("It went wrong.", error: Trouble()) }
        #expect(lines.count == 1 && lines[0].hasPrefix("error It went wrong. [logger: silta.console, error: SiltaSystemdTests."))
        #expect(lines[0].contains("Trouble") && !lines[0].contains("Aino"))
    }

    @Test func `levels become priorities, and what is below the level is dropped`() {
        let lines = lines(allowed: []) { logger in
            logger.info("Dropped.")
            logger.logLevel = .trace
            for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
        }
        #expect(lines.map { $0.split(separator: " ")[0] } == ["debug", "debug", "info", "notice", "warning", "error", "critical"])
    }
}
