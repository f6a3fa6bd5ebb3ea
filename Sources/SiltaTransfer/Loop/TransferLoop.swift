import CCurl

/// What the transfer's own thread does: it owns the multi handle and every easy handle, and nobody else touches them.
///
/// No handle is made, used or destroyed on another thread, so libcurl's callbacks run here as well.
struct TransferLoop {
    private let mailbox: Mailbox
    private let userAgent: String
    private let maximumConnections: Int
    private let multi: UnsafeMutableRawPointer
    /// Not begun yet, in the order of arrival.
    private var waiting: [Job] = []
    /// On their way, by their easy handle.
    private var live: [UnsafeMutableRawPointer: LiveTransfer] = [:]

    init(mailbox: Mailbox, userAgent: String, maximumConnections: Int) {
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory for its multi handle.") }
        // As many connections are kept open, idle ones included, as requests may be on their way.
        let code = curl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, maximumConnections)
        precondition(code == CURLM_OK, "libcurl refuses the limit of connections.")
        self.mailbox = mailbox
        self.userAgent = userAgent
        self.maximumConnections = maximumConnections
        self.multi = multi
    }

    /// Works until the mailbox says that it is over; then nothing is left.
    consuming func run() {
        mailbox.connect(to: multi)
        while true {
            let orders = mailbox.collect()
            waiting += orders.arrivals
            if orders.isShuttingDown { break }
            end(orders.withdrawn)
            endOverdue()
            begin()
            perform()
            // Answers make room: do not sleep on requests that could begin.
            if waiting.isEmpty || live.count == maximumConnections { sleep() }
        }
        endAll()
        mailbox.disconnect()
        curl_multi_cleanup(multi)
        mailbox.close()
    }

    private mutating func begin() {
        while live.count < maximumConnections, !waiting.isEmpty {
            let job = waiting.removeFirst()
            do throws(TransferFailure) {
                let transfer = try LiveTransfer(job, userAgent: userAgent)
                let code = curl_multi_add_handle(multi, transfer.easy)
                precondition(code == CURLM_OK, "libcurl refuses a transfer.")
                live[transfer.easy] = transfer
            } catch {
                job.answer(.failure(error))
            }
        }
    }

    private mutating func perform() {
        var running: Int32 = 0
        let code = curl_multi_perform(multi, &running)
        precondition(code == CURLM_OK, "libcurl cannot go on with its transfers.")

        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message is gone once the handle is removed.
            let code = message.pointee.data.result
            guard let transfer = remove(easy) else { preconditionFailure("libcurl ended a transfer that is not here.") }
            transfer.job.answer(transfer.ending(code).result())
        }
    }

    /// Until something happens on a connection, a timer of libcurl's runs out, somebody calls, or a waiting request is overdue.
    private func sleep() {
        let longest = Duration.seconds(60)
        let next = waiting.map { ContinuousClock.now.duration(to: $0.deadline) }.min() ?? longest
        let code = curl_multi_poll(multi, nil, 0, Int32(min(next, longest).milliseconds), nil)
        precondition(code == CURLM_OK, "libcurl cannot wait for its connections.")
    }

    private mutating func end(_ withdrawn: Set<UInt64>) {
        guard !withdrawn.isEmpty else { return }
        let sentence = "The request was cancelled"
        endWaiting(.cancelled, sentence) { withdrawn.contains($0.id) }
        endLive(.cancelled, sentence) { withdrawn.contains($0.id) }
    }

    /// libcurl watches the time of those on their way.
    private mutating func endOverdue() {
        let now = ContinuousClock.now
        endWaiting(.timedOut, "No connection became free in time") { $0.deadline <= now }
    }

    private mutating func endAll() {
        let sentence = "The request was ended by the shutdown"
        endWaiting(.shutDown, sentence) { _ in true }
        endLive(.shutDown, sentence) { _ in true }
    }

    private mutating func endWaiting(_ code: TransferFailure.Code, _ sentence: String, where isOver: (Job) -> Bool) {
        for job in waiting where isOver(job) {
            job.answer(.failure(Ending.ended(code, sentence, job.prepared.endpoint, nil)))
        }
        waiting.removeAll(where: isOver)
    }

    private mutating func endLive(_ code: TransferFailure.Code, _ sentence: String, where isOver: (Job) -> Bool) {
        for transfer in live.values where isOver(transfer.job) {
            _ = remove(transfer.easy)
            transfer.job.answer(.failure(Ending.ended(code, sentence, transfer.job.prepared.endpoint, transfer.admission)))
        }
    }

    /// Takes the transfer from libcurl: from then on no callback reaches it. Its handle goes with it.
    private mutating func remove(_ easy: UnsafeMutableRawPointer) -> LiveTransfer? {
        let code = curl_multi_remove_handle(multi, easy)
        precondition(code == CURLM_OK, "libcurl does not let a transfer go.")
        return live.removeValue(forKey: easy)
    }
}

extension Duration {
    /// Whole milliseconds, rounded up so that waiting is never too short, at least 0 and at most a day.
    var milliseconds: Int {
        let bounded = min(max(self, .zero), .seconds(86_400))
        let (seconds, attoseconds) = bounded.components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
