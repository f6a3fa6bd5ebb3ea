import SiltaCore
import SiltaLog
import SiltaState
import SiltaSystemd
import Testing

@testable import SiltaDaemon

struct ConditionTests {
    @Test(arguments: [LogFailure.Code.full, .readOnly, .busy])
    func `what may pass is waited for`(code: LogFailure.Code) {
        #expect(Condition(after: LogFailure(code, "so it is")) == .waiting(reason: "so it is"))
    }

    @Test(arguments: [LogFailure.Code.io, .corrupt, .wrongKey, .foreign, .newer, .contradiction])
    func `what leaves the files in doubt stops the desk for good`(code: LogFailure.Code) {
        #expect(Condition(after: LogFailure(code, "so it is")) == .stopped(reason: "so it is"))
    }

    @Test(arguments: [LogFailure.Code.late, .tooLong, .clockBackwards, .unreadable, .missing])
    func `what is wrong with one request says nothing of the desk`(code: LogFailure.Code) {
        #expect(Condition(after: LogFailure(code, "so it is")) == nil)
    }

    @Test func `every code of a failure of the log is classed`() {
        // A new code must be thought about: what does it mean for whoever runs the daemon?
        #expect(LogFailure.Code.allCases.count == 14)
    }

    @Test func `the state is disposable, whatever befalls it`() {
        #expect(Condition(after: StateFailure(.unreadable, "noise")) == .waiting(reason: "noise"))
    }

    @Test func `an error of the rules is no trouble of the desk`() {
        #expect(Condition(after: NoSuch(what: "notice", id: "x")) == nil)
        #expect(Condition(after: Stopping()) == nil)
    }
}

struct AnnouncementTests {
    private static let all: [Announcement] = [
        .started(version: "1"), .stopping, .configurationTaken, .configurationRefused(["a", "b"]), .providerOpened(entries: 1),
        .providerWaits(reason: "r"), .providerHealed, .providerStopped(reason: "r"), .clockBehind(last: Instant(milliseconds: 0)),
        .logUnsound(finding: "f"), .logVerified(entries: 1), .pollCompleted("primus", rows: 1, quarantined: 0),
        .pollFailed("primus", reason: "r"), .pollHeld("primus", reason: "r"), .sourceRecovered("primus"),
        .endpointPaused("hva", until: Instant(milliseconds: 0)), .endpointStopped("hva"), .endpointAnswers("hva"),
        .noticesFailed("hva", count: 1), .callRefused(user: "person/x", what: "notice release"), .socketFailed(reason: "r"),
    ]

    @Test func `each kind has a message id of its own`() {
        #expect(Set(AnnouncementTests.all.map(\.messageID)).count == AnnouncementTests.all.count)
    }

    @Test func `a line names its provider and what it is about`() {
        let line = Announcement.pollFailed("primus", reason: "oppilaat.csv is missing").line(of: "jarvenpaa")
        #expect(line.fields.map(\.name) == ["provider", "source"] && line.fields.map(\.value) == ["jarvenpaa", "primus"])
        #expect(line.sentence == "the poll failed: oppilaat.csv is missing" && line.priority == .warning)
        #expect(Announcement.endpointStopped("hva").line(of: "jarvenpaa").fields.map(\.value) == ["jarvenpaa", "hva"])
        #expect(Announcement.started(version: "1").line(of: nil).fields.isEmpty)
    }
}
