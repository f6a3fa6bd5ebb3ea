import CCurl

/// A request on its way, with a handle of its own. The loop keeps it until it has taken the handle from the multi handle, after which
/// libcurl calls back no more; all of that happens on the loop's thread.
final class LiveTransfer: HandleListener {
    let job: Job

    init(_ job: Job, userAgent: String) throws(TransferFailure) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl has no memory for a handle.") }
        self.job = job
        let request = job.prepared.request
        super.init(easy, Admission(job.prepared), ResponseReader(bodyLimit: request.responseLimit))

        var options = EasyOptions(easy)
        options.setRules()
        options.setWay(to: job.prepared.endpoint, proxy: request.proxy, caFile: request.caFile, identity: request.identity)
        options.setMessage(request, userAgent: userAgent)
        options.setTime(remaining: ContinuousClock.now.duration(to: job.deadline), connect: request.connectTimeout)
        listen(&options, headers: request.headers)
        try options.check()
    }

    deinit { curl_easy_cleanup(easy) }

    func ending(_ code: CURLcode) -> Ending {
        Ending(
            code: code, detail: detail, endpoint: job.prepared.endpoint, admission: admission, reader: reader,
            duration: job.arrival.duration(to: .now))
    }
}
