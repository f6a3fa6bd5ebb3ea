internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// The pages of one list, asked for one after the other.
struct StreamPages {
    /// What was known of the list is not known any more to the server: everything must be read again.
    struct Expired: Error {}

    struct Outcome {
        var pages = 0
        var items = 0
        /// Items, or elements of their lists.
        var rows = 0
        /// How many items have the list of `each`.
        var lists = 0
        /// The list was another while it was handed out: some of it may not have come.
        var hasMoved = false
        /// Of the only page that had items.
        var validator: RequestCursor.Validator?
    }

    let run: RequestRun
    let plan: ListPlan
    /// What is asked beside paging: what is new.
    let parameters: [(name: String, value: String)]
    /// Statuses that mean ``Expired``.
    var expired: Set<Int> = []

    private var paging: PagingPlan { plan.paging ?? run.settings.plan.paging }

    /// Asks for the first page, and whether it is what it was.
    ///
    /// - Returns: nil where it is.
    func first(_ known: RequestCursor.Validator? = nil, step: () throws -> Void) throws -> WebAnswer? {
        let answer = try ask(Paging(paging).first, headers: known.map { [$0.header] } ?? [], step).answer
        return answer.status == 304 && known != nil ? nil : answer
    }

    /// Asks for the first page and looks whether there are items in it.
    func tryFirst(isEmptyWithoutList: Bool = false, step: () throws -> Void) throws {
        let answer = try ask(Paging(paging).first, step).answer
        guard try hasContent(answer, isFirst: true), !(isEmptyWithoutList && lacksList(answer.body)) else { return }
        _ = try items(answer.body, after: 0, { _, _ in }, { _, _, _ in }, step)
    }

    /// Goes through all items of all pages.
    ///
    /// - Parameters:
    ///   - first: the first page, where it is here already.
    ///   - isEmptyWithoutList: an answer has no items that is an object without the list.
    ///   - page: takes the bytes of each page before its items.
    ///   - item: takes each, with its number in the whole list from 1.
    ///   - unreadable: takes what is an item and cannot be one.
    /// - Throws: ``ReadFailure``, ``Expired``, and what `step` throws.
    func read(
        first: WebAnswer? = nil, isEmptyWithoutList: Bool = false, page: ([UInt8]) -> Void,
        item: (UnsafeBufferPointer<UInt8>, Int) throws -> Void,
        unreadable: (ItemFault, Digest, Int) throws -> Void, step: () throws -> Void
    ) throws -> Outcome {
        var paging = Paging(self.paging)
        var outcome = Outcome()
        var question: Paging.Question? = paging.first
        var url = self.url(paging.first)
        var isFirst = true
        var total: String?
        while let asked = question {
            let answer: WebAnswer
            if isFirst, let first {
                answer = first
            } else {
                let reply = try ask(asked, from: url, step)
                (answer, url) = (reply.answer, reply.url)
            }
            isFirst = false
            guard try hasContent(answer, isFirst: outcome.pages == 0) else { break }
            page(answer.body)
            let found =
                isEmptyWithoutList && lacksList(answer.body)
                ? (items: 0, rows: 0, lists: 0) : try items(answer.body, after: outcome.rows, item, unreadable, step)
            outcome.pages += found.items > 0 || outcome.pages == 0 ? 1 : 0
            outcome.items += found.items
            outcome.rows += found.rows
            outcome.lists += found.lists
            run.progress.add(found.rows)
            if let header = self.paging.total, let said = answer.header(header) {
                outcome.hasMoved = outcome.hasMoved || total.map { $0 != said } ?? false
                total = said
            }
            if outcome.pages == 1, outcome.validator == nil, paging.isWhole(found.items) {
                outcome.validator = RequestCursor.Validator(answer)
            }
            do { question = try paging.next(after: answer.body, count: found.items, link: answer.header("Link")) } catch {
                throw run.failure(error.sentence, path: plan.path)
            }
        }
        if outcome.pages > 1 { outcome.validator = nil }
        if parameters.isEmpty, let problem = Remarks.problem(of: plan.each, (outcome.items, outcome.lists)) {
            throw run.failure(problem, path: plan.path)
        }
        return outcome
    }

    // MARK: - One page

    private func url(_ question: Paging.Question) -> String {
        run.settings.location.url(plan.path, plan.body == nil ? query(question) : [])
    }

    private func query(_ question: Paging.Question) -> [(name: String, value: String)] {
        guard case .parameters(let asked, let isAlone) = question else { return [] }
        // What is configured was found fit when the configuration was read.
        return isAlone ? asked : ((try? run.settings.parameters(plan.query, on: run.today)) ?? []) + parameters + asked
    }

    private func ask(
        _ question: Paging.Question, from earlier: String = "", headers: [(name: String, value: String)] = [], _ step: () throws -> Void
    ) throws -> (answer: WebAnswer, url: String) {
        var url = url(question)
        if case .url(let text) = question {
            guard let target = run.settings.location.follow(text, from: earlier) else {
                throw run.failure(
                    "the next page is said to be on another server, which is not asked: what this one is told is for nobody else; "
                        + "its keeper must mend the link, or paging by page, offset or cursor would be right",
                    path: plan.path)
            }
            url = target
        }
        let body = plan.body.map { run.settings.body($0, query(question), on: run.today) } ?? []
        let answer = try run.ask(plan.method.rawValue, url, headers: headers, body: body, path: plan.path, step: step)
        if expired.contains(answer.status) { throw Expired() }
        return (answer, url)
    }

    /// - Returns: false where there is nothing.
    private func hasContent(_ answer: WebAnswer, isFirst: Bool) throws -> Bool {
        if answer.status == 204 { return false }
        switch plan.statuses[answer.status] {
        case .empty?: return false
        case .end? where !isFirst: return false
        default: break
        }
        guard answer.status == 200 else { throw run.failure(StreamPages.sentence(answer.status), path: plan.path) }
        if let problem = answer.problemWithBody { throw run.failure(problem, path: plan.path) }
        return true
    }

    private func lacksList(_ body: [UInt8]) -> Bool {
        body.withUnsafeBufferPointer { body in
            switch JSONPlace(plan.items)?.find(in: body) {
            case .missing?: true
            case .value(let range)?: body[range].elementsEqual("null".utf8)
            case .noWay?, nil: false
            }
        }
    }

    static func sentence(_ status: Int) -> String {
        switch status {
        case 401: "the server does not take these credentials [status 401]; its keeper must say which are right"
        case 403: "the server does not show this to these credentials [status 403]; its keeper must let them read it"
        case 404, 410: "the server has nothing there [status \(status)]; location, or the path of the request, may be another"
        case 400..<500: "the server refuses the request [status \(status)]; its query, paging and headers must be those that it knows"
        case 500...: "the server has failed [status \(status)]; the next poll asks again, and its keeper can say why"
        default: "the server sends no list [status \(status)]; 200 would be right"
        }
    }

    private func items(
        _ body: [UInt8], after earlier: Int, _ item: (UnsafeBufferPointer<UInt8>, Int) throws -> Void,
        _ unreadable: (ItemFault, Digest, Int) throws -> Void, _ step: () throws -> Void
    ) throws -> (items: Int, rows: Int, lists: Int) {
        var items = JSONItems(plan.items, each: plan.each)
        var count = 0
        func take(_ found: JSONItem) throws {
            if count % 1000 == 0 { try step() }
            switch found {
            case .item(_, let bytes):
                count += 1
                try item(bytes, earlier + count)
            case .unreadable(_, let fault, let digest):
                count += 1
                try unreadable(fault, digest, earlier + count)
            case .broken(let fault):
                throw run.failure("the answer is not the JSON that it should be: \(fault)", path: plan.path)
            }
        }
        try body.withUnsafeBytes { (bytes) throws in try items.feed(bytes) { (found) throws in try take(found) } }
        try items.finish { (found) throws in try take(found) }
        return (items.items, count, items.lists)
    }
}
