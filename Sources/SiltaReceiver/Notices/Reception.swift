import SiltaCore

/// Settles what examined requests are answered, one after the other, so that two at once with the same message count once.
actor Reception {
    private var known: KnownMessages
    private var count = 0
    private let folder: MessageFolder?
    private let plan: AnswerPlan
    private let print: @Sendable (Receipt) -> Void

    /// - Parameter known: with what the folder held already.
    init(known: KnownMessages, folder: MessageFolder?, plan: AnswerPlan, print: @escaping @Sendable (Receipt) -> Void) {
        self.known = known
        self.folder = folder
        self.plan = plan
        self.print = print
    }

    /// Keeps the message if it is to be kept, prints the receipt, and says what to answer.
    func settle(_ report: Examiner.Report) -> Answer {
        count += 1
        var refusal: NoticeRefusal?
        var answer: Answer
        var isRepeat = false
        do throws(NoticeRefusal) {
            answer = try take(report.result.get(), &isRepeat, &refusal)
        } catch {
            refusal = error
            answer = Answer(status: error.status)
        }
        print(
            Receipt(
                number: count, findings: report.findings, isRepeat: isRepeat,
                isReferralKnown: report.findings.withdraws.map(known.isReferral) ?? false, refusal: refusal, status: answer.status))
        return answer
    }

    private func take(_ message: Examiner.Accepted, _ isRepeat: inout Bool, _ refusal: inout NoticeRefusal?) throws(NoticeRefusal) -> Answer
    {
        let request: Int
        (request, isRepeat) = try known.meet(message)
        let planned = plan.answer(toRequest: request)
        if planned.accepts, !isRepeat {
            // Another receiver of the same folder may have received it first.
            isRepeat = try folder.map { folder throws(NoticeRefusal) in try !folder.keep(message) } ?? false
            known.receive(message)
        }
        switch planned {
        case .hangUp:
            return Answer(status: nil, wait: plan.wait)
        case .status(let status) where planned.accepts:
            return Answer(status: status, wait: plan.wait)
        case .status(let status):
            refusal = .asPlanned(status: status)
            return Answer(status: status, retryAfter: plan.retryAfter, wait: plan.wait)
        }
    }
}
