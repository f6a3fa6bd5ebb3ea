import CCurl

/// An easy handle that is asked with again and again, over the connections that it has open.
final class ReusedHandle {
    let easy: UnsafeMutableRawPointer

    init() {
        LibCurl.prepare()
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl has no memory for a handle.") }
        self.easy = easy
    }

    deinit {
        SignalMask.withoutBrokenPipe { curl_easy_cleanup(easy) }
    }
}
