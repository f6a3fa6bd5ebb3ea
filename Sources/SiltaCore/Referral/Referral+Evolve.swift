extension Referral {
    /// - Parameters:
    ///   - position: of the event's entry.
    ///   - recorded: when it was.
    public mutating func evolve(_ event: NoticeEvent, at position: Position, recorded: Instant) {
        switch event {
        case .prepared: break
        case .held(let reason): status = .held(reason)
        case .readied(let recipient):
            status = .ready
            readyFor = recipient
            firstReady = firstReady ?? recorded
        case .released: isReleased = true
        case .composed(let composition):
            let composed = Message(composition: composition, composedAt: position)
            switch composition.kind {
            case .referral: message = composed
            case .withdrawal: withdrawal = composed
            }
        case .attemptBegun(let kind, let attempt, _):
            if kind == .referral { status = .sending }
            change(kind) { message in
                message.attempts = attempt.number
                message.openAttempt = attempt
            }
        case .attemptEnded(let kind, let outcome, let next): end(kind, outcome, next, recorded)
        case .withdrawn(let reason): status = .withdrawn(reason)
        case .failed(let reason): status = .failed(reason)
        case .retried:
            if case .withdrawn = status {
                withdrawal?.begin(anew: recorded)
            } else {
                status = .ready
                firstReady = recorded
                message?.begin(anew: recorded)
            }
        }
    }

    private mutating func end(_ kind: Message.Kind, _ outcome: Outcome, _ next: NoticeEvent.Next, _ recorded: Instant) {
        change(kind) { message in
            if case .failed = outcome, !(message.openAttempt?.isProbe ?? false) { message.countedFailures += 1 }
            if case .unknown = outcome {
                message.mayHaveArrived = true
                if !(message.openAttempt?.isProbe ?? false) { message.countedFailures += 1 }
            }
            message.openAttempt = nil
            switch next {
            case .nothing: message.outcome = .delivered
            case .retry(let instant): message.nextAttempt = instant
            case .giveUp: message.outcome = .failed
            }
        }
        // What was cancelled meanwhile stays cancelled, however its attempt ends.
        guard kind == .referral, status == .sending else { return }
        switch next {
        case .nothing: status = .delivered(recorded)
        case .retry: status = .ready
        case .giveUp(let reason): status = .failed(reason)
        }
    }

    private mutating func change(_ kind: Message.Kind, _ body: (inout Message) -> Void) {
        switch kind {
        case .referral: if message != nil { body(&message!) }
        case .withdrawal: if withdrawal != nil { body(&withdrawal!) }
        }
    }

    public func message(_ kind: Message.Kind) -> Message? {
        kind == .referral ? message : withdrawal
    }
}

extension Message {
    fileprivate mutating func begin(anew now: Instant) {
        countedFailures = 0
        nextAttempt = now
        outcome = nil
    }
}
