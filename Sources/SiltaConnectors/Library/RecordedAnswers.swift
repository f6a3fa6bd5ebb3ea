internal import Foundation
internal import SiltaCore

/// What a server is said to have answered, in files: the request `/data/schools` below the location is answered with
/// `data/schools.json`, when it comes for the second time with `data/schools.2.json`, and after the last of them with nothing (204).
/// What has no file is not there (404). Whoever asks for a token gets one.
struct RecordedAnswers {
    /// The day on which it is answered, whenever that is.
    static let today = LocalDate(year: 2026, month: 10, day: 5) ?? LocalDate(dayNumber: 0)

    let folder: String

    /// - Parameter location: the URL that all requests begin with.
    func fetcher(below location: String) -> Fetcher {
        let base = RecordedAnswers.path(location)
        return Fetcher(folder: NSTemporaryDirectory()) { [self] in
            var asked: [String: Int] = [:]
            return Fetcher.Session { _, _, _, _ in
                throw Fetcher.Failure("an example of requests has no files")
            } look: { _, _, _ in
                throw Fetcher.Failure("an example of requests has no files")
            } ask: { question, _ in
                let path = RecordedAnswers.path(question.url)
                let isForm = question.headers.contains { $0.value.hasPrefix("application/x-www-form-urlencoded") }
                guard !isForm else { return answer(200, Array(#"{"access_token": "invented", "token_type": "bearer"}"#.utf8)) }
                guard path.hasPrefix(base) else { return answer(404) }
                let name = String(path.dropFirst(base.count).drop { $0 == "/" })
                let count = asked[name, default: 0] + 1
                asked[name] = count
                let file = count == 1 ? "\(name).json" : "\(name).\(count).json"
                guard !name.split(separator: "/").contains(".."), let body = FileManager.default.contents(atPath: "\(folder)/\(file)")
                else {
                    return answer(count == 1 ? 404 : 204)
                }
                return answer(200, Array(body))
            }
        }
    }

    private func answer(_ status: Int, _ body: [UInt8] = []) -> WebAnswer { WebAnswer(status: status, headers: [], body: body) }

    /// Of a URL, without a query and a slash at the end.
    private static func path(_ url: String) -> String {
        let path = url.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2)
        return path.map { "/" + $0 }.joined()
    }
}
