import SiltaCore
import SiltaTesting
import Testing

/// What people ask for, in every state.
struct RequestTests {
    private func scene(_ name: String) -> Scene {
        switch name {
        case "held": Scene()
        case "ready": .ready
        case "sending": .sending
        case "retrying": .retrying()
        case "delivered": .delivered
        case "failed": .rejected
        default:
            {
                var scene = Scene.ready
                scene.apply([.withdrawn(.left)])
                return scene
            }()
        }
    }

    private func answer(_ ask: () throws -> [NoticeEvent]) -> Result<[NoticeEvent], NoticeRejection> {
        do { return .success(try ask()) } catch { return .failure(error as! NoticeRejection) }
    }

    @Test(arguments: ["held", "ready", "sending", "retrying", "delivered", "failed", "withdrawn"])
    func `a notice is cancelled until it is delivered or withdrawn`(name: String) {
        let scene = scene(name)
        let expected: Result<[NoticeEvent], NoticeRejection> =
            switch name {
            case "delivered": .failure(.alreadyDelivered)
            case "withdrawn": .failure(.alreadyWithdrawn)
            default: .success([.withdrawn(.cancelled)])
            }
        #expect(answer(scene.referral.cancel) == expected)
    }

    @Test(arguments: ["held", "ready", "sending", "retrying", "delivered", "failed", "withdrawn"])
    func `only what failed is tried once more`(name: String) {
        let scene = scene(name)
        let status = scene.referral.status
        #expect(answer(scene.referral.retry) == (name == "failed" ? .success([.retried]) : .failure(.nothingFailed(status))))
    }

    @Test(arguments: ["held", "ready", "sending", "retrying", "delivered", "failed", "withdrawn"])
    func `a notice of an automatic rule waits for nobody's release`(name: String) {
        let scene = scene(name)
        #expect(answer(scene.referral.release) == .failure(.notWaitingForRelease(scene.referral.status)))
    }

    @Test func `a notice that a person must release waits for that, once`() throws {
        var rule = Example.noticeRule
        rule.release = .byPerson
        var scene = Scene(rule: rule)
        scene.apply(scene.review())
        #expect(scene.referral.status == .held(.release))
        #expect(scene.dispatch() == .wait)
        scene.apply(try scene.referral.release())
        #expect(answer(scene.referral.release) == .failure(.alreadyReleased))
        #expect(scene.review() == [.readied(Example.recipient)])
        scene.apply(scene.review())
        #expect(answer(scene.referral.release) == .failure(.notWaitingForRelease(.ready)))
        scene.loseConsent()
        #expect(scene.review() == [.held(.noConsent)], "a release is no basis")
    }

    @Test func `a retry begins the schedule and the deadline anew, with the same bytes`() throws {
        var scene = Scene.rejected
        let composition = scene.referral.message?.composition
        scene.clock.advance(by: .seconds(3 * 86_400))
        scene.apply(try scene.referral.retry())
        #expect(scene.referral.status == .ready)
        #expect(scene.referral.firstReady == scene.clock.now)
        #expect(scene.referral.message?.countedFailures == 0)
        guard case .send(let message, let attempt, _) = scene.dispatch() else {
            Issue.record("it should be sent")
            return
        }
        #expect(message.composition == composition)
        #expect(attempt.number == 2)
    }

    @Test func `a retry does not get around a basis that has gone`() throws {
        var scene = Scene.rejected
        scene.loseConsent()
        scene.apply(try scene.referral.retry())
        #expect(scene.dispatch() == .stop([.withdrawn(.basisGone)]))
    }
}
