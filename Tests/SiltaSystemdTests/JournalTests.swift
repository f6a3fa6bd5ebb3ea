import Foundation
import Glibc
import Synchronization
import Testing

@testable import SiltaSystemd

struct JournalTests {
    private static let time: Int64 = 1_795_381_764_123
    private let stream = Stream()
    private let clock = Clock()

    private final class Clock: Sendable {
        let now = Mutex(JournalTests.time)
    }

    private func journal(to mailbox: Mailbox) -> Journal {
        let environment = ["JOURNAL_STREAM": stream.journalStream]
        return journal(Outlet(environment: environment, descriptor: stream.writing, address: mailbox.address, identifier: "silta"))
    }

    private func journal() -> Journal {
        journal(Outlet(environment: [:], descriptor: stream.writing, address: nil, identifier: "silta"))
    }

    private func journal(_ outlet: Outlet) -> Journal {
        Journal(outlet: outlet, now: { [clock] in clock.now.withLock { $0 } })
    }

    @Test func `the journal gets the line with its fields`() throws {
        let mailbox = try Mailbox()
        let line = JournalLine(
            .warning, "The register did not answer.", messageID: MessageID(0x0d45_620c_1a43_48db_b174_10da_57c6_0c66),
            fields: ["provider": "kuusela", "hb.request-id": "a\nb"])
        journal(to: mailbox).record(line)
        let datagrams = mailbox.take()
        #expect(
            datagrams == [
                Array(
                    """
                    MESSAGE=The register did not answer.
                    PRIORITY=4
                    MESSAGE_ID=0d45620c1a4348dbb17410da57c60c66
                    SYSLOG_IDENTIFIER=silta
                    SILTA_PROVIDER=kuusela
                    SILTA_HB_REQUEST_ID
                    \u{3}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}a
                    b

                    """.utf8)
            ])
        #expect(try entry(datagrams[0])["SILTA_HB_REQUEST_ID"] == "a\nb")
        #expect(stream.lines().isEmpty)
    }

    @Test func `elsewhere a line is a line of text`() {
        let journal = journal()
        journal.record(JournalLine(.error, "Two\nlines \u{1B}[31m.", messageID: MessageID(1), fields: ["provider": "x", "source": "y"]))
        journal.record(JournalLine(.info, "Bare."))
        #expect(
            stream.lines() == [
                "2026-11-22T21:09:24.123Z error Two lines \u{FFFD}[31m. [provider: x, source: y]", "2026-11-22T21:09:24.123Z info Bare.",
            ])
    }

    @Test(arguments: ["", "0:0", "8:1:2", "x"]) func `standard error that leads elsewhere gets text, even under the service manager`(
        other: String
    ) throws {
        let mailbox = try Mailbox()
        let environment = ["JOURNAL_STREAM": other]
        let outlet = Outlet(environment: environment, descriptor: stream.writing, address: mailbox.address, identifier: "silta")
        journal(outlet).record(JournalLine(.info, "Bare."))
        #expect(mailbox.take().isEmpty && stream.lines().count == 1)
    }

    @Test func `times are those of UTC`() {
        for (milliseconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_007, "2000-02-29T00:00:00.007Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)] { #expect(UTCTime(milliseconds: milliseconds).description == text) }
    }

    @Test func `the same line again is counted, and told when ten minutes are over`() throws {
        let mailbox = try Mailbox()
        let journal = journal(to: mailbox)
        let line = JournalLine(.warning, "The register did not answer.", fields: ["provider": "x"])
        for _ in 0...412 { journal.record(line) }
        journal.settle()
        #expect(try mailbox.take().map { try entry($0)["MESSAGE"] } == ["The register did not answer."])
        clock.now.withLock { $0 += 600_000 }
        journal.settle()
        journal.record(line)
        journal.finish()
        let told = try mailbox.take().map { try entry($0) }
        #expect(
            told.map { $0["MESSAGE"] } == [
                "The register did not answer. (412 times since 21:09:24Z)", "The register did not answer. (1 time since 21:19:24Z)",
            ])
        #expect(told.allSatisfy { $0["SILTA_PROVIDER"] == "x" })
    }

    @Test func `what is lost because nobody takes it is told with the next line`() throws {
        let mailbox = try Mailbox()
        let journal = journal(to: mailbox)
        mailbox.fill()
        for index in 0..<50 { journal.record(JournalLine(.info, "Line \(index).")) }
        _ = mailbox.take()
        clock.now.withLock { $0 += 1000 }
        journal.record(JournalLine(.info, "Next."))
        let told = try mailbox.take().map { try entry($0) }
        #expect(told.map { $0["MESSAGE"] } == ["50 lines were lost since 21:09:24Z: the log did not take them.", "Next."])
        #expect(told.first?["PRIORITY"] == "4")
    }

    @Test func `a line that is too long for the socket is shortened and says so`() throws {
        let mailbox = try Mailbox()
        let socket = try #require(DatagramSocket())
        // The least that the system gives.
        socket.setSendBuffer(1)
        let outlet = Outlet(socket: (socket, mailbox.address), stream: LineStream(descriptor: stream.writing), identifier: "silta")
        let fields = (0..<30).map { JournalLine.Field("field-\($0)", String(repeating: "ö", count: 3000)) }
        journal(outlet).record(JournalLine(.info, String(repeating: "😀", count: 9000), fields: fields))
        let datagrams = mailbox.take()
        try #require(datagrams.count == 1)
        let entry = try entry(datagrams[0])
        #expect(entry["MESSAGE"]?.hasSuffix("😀… [shortened]") == true && entry["SILTA_FIELD_3"]?.hasSuffix("ö… [shortened]") == true)
        #expect(entry["SILTA_LEFT_OUT"] == "15 fields" && datagrams[0].count > 500)
    }

    @Test func `the limits hold where the socket takes everything`() throws {
        let mailbox = try Mailbox()
        let fields = (0..<30).map { JournalLine.Field("field-\($0)", String(repeating: "ö", count: 3000)) }
        journal(to: mailbox).record(JournalLine(.info, String(repeating: "x", count: 9000), fields: fields))
        let entry = try entry(try #require(mailbox.take().first))
        #expect(entry["MESSAGE"]?.utf8.count == 4096 && entry.filter { $0.key.hasPrefix("SILTA_") }.count == 16)
        #expect(entry.values.allSatisfy { $0.utf8.count <= 4096 })
    }

    @Test func `a journal that is gone is replaced by standard error`() throws {
        let gone = UnixAddress("/nowhere/socket")
        let outlet = Outlet(
            environment: ["JOURNAL_STREAM": stream.journalStream], descriptor: stream.writing, address: gone, identifier: "silta")
        journal(outlet).record(JournalLine(.info, "Still here."))
        #expect(stream.lines() == ["2026-11-22T21:09:24.123Z info Still here."])
    }

    @Test(.timeLimit(.minutes(1))) func `a full pipe holds nobody up, and its reader learns what is missing`() {
        let journal = journal()
        for index in 0..<2000 { journal.record(JournalLine(.info, "\(index) " + String(repeating: "x", count: 200))) }
        let first = stream.lines()
        journal.record(JournalLine(.info, "Next."))
        let next = stream.lines()
        let lost = 2000 - first.count
        #expect(first.count > 100 && lost > 0 && first.allSatisfy { $0.hasSuffix("xxx") })
        #expect(
            next == [
                "2026-11-22T21:09:24.123Z warning \(lost) lines were lost since 21:09:24Z: the log did not take them.",
                "2026-11-22T21:09:24.123Z info Next.",
            ])
    }

    @Test func `a line on a pipe is never longer than a pipe takes at once`() {
        journal().record(JournalLine(.info, String(repeating: "x", count: 4096), fields: ["provider": "y"]))
        let lines = stream.lines()
        #expect(lines.map(\.utf8.count) == [4095] && lines[0].hasSuffix("xxx… [shortened]"))
    }

    @Test func `a pipe whose reader is gone does not end the process`() async {
        await #expect(processExitsWith: .exitCode(42)) {
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            close(ends[0])
            let journal = Journal(outlet: Outlet(environment: [:], descriptor: ends[1], address: nil, identifier: "silta"), now: { 0 })
            journal.record(JournalLine(.info, "Nobody reads this."))
            // The reader may also go just when a line is being written.
            let written = LineStream(descriptor: ends[1]).writeWithoutSignal([0])
            exit(written == -1 && errno == EPIPE ? 42 : 1)
        }
    }

    @Test func `many threads write whole lines, each once`() async throws {
        let journal = journal()
        await withDiscardingTaskGroup { group in
            for writer in 0..<8 {
                group.addTask { for index in 0..<20 { journal.record(JournalLine(.info, "Line \(writer)/\(index).")) } }
            }
        }
        let expected = (0..<8).flatMap { writer in (0..<20).map { "2026-11-22T21:09:24.123Z info Line \(writer)/\($0)." } }
        #expect(stream.lines().sorted() == expected.sorted())
    }
}

extension DatagramSocket {
    fileprivate func setSendBuffer(_ bytes: Int32) {
        var bytes = bytes
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }
}
