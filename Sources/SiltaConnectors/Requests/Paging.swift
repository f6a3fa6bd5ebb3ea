internal import SiltaFormats

/// Which page of a list to ask for next.
struct Paging {
    /// What is asked for a page.
    enum Question: Equatable, Sendable {
        /// - Parameter isAlone: nothing else is asked beside these.
        case parameters([(name: String, value: String)], isAlone: Bool)
        /// As the server wrote it.
        case url(String)

        static func == (one: Question, other: Question) -> Bool {
            switch (one, other) {
            case (.url(let one), .url(let other)): one == other
            case (.parameters(let one, let isAlone), .parameters(let other, let isOtherAlone)):
                isAlone == isOtherAlone && one.map(\.name) == other.map(\.name) && one.map(\.value) == other.map(\.value)
            default: false
            }
        }
    }

    /// Whether a list of one page can only grow by what changes that page: else what it is known by says nothing of the next one.
    ///
    /// - Parameter items: of the page.
    func isWhole(_ items: Int) -> Bool {
        switch plan.way {
        case .none, .cursor, .url: true
        case .page, .offset, .link: plan.size.map { items < $0.count } ?? false
        }
    }

    /// Why it cannot go on.
    struct Fault: Error, Hashable {
        let sentence: String
    }

    /// A longer cursor is none.
    private static let cursorLimit = 4096

    private let plan: PagingPlan
    private var pages = 0
    private var items = 0
    private var largest = 0
    /// Cursors and URLs that were there already.
    private var seen: Set<String> = []
    private var lastBody: [UInt8]?

    init(_ plan: PagingPlan) {
        self.plan = plan
    }

    /// What is asked for the first page.
    var first: Question {
        switch plan.way {
        case .page(let name, let first): .parameters([(name: name, value: String(first))] + size, isAlone: false)
        case .offset(let name): .parameters([(name: name, value: "0")] + size, isAlone: false)
        case .none, .cursor, .link, .url: .parameters(size, isAlone: false)
        }
    }

    private var size: [(name: String, value: String)] { plan.size.map { [(name: $0.name, value: String($0.count))] } ?? [] }

    /// What is asked after a page.
    ///
    /// By page number or offset the list ends with an empty page, or with one that is shorter than those before it were. Were the first
    /// page that is shorter than was asked for the end, a server that hands out smaller pages than it is asked for would seem to have
    /// told everything.
    ///
    /// - Parameters:
    ///   - count: how many items the page had.
    ///   - link: the value of the header `Link`, or of all of them with commas between.
    /// - Returns: nil at the end.
    mutating func next(after body: [UInt8], count: Int, link: String?) throws(Fault) -> Question? {
        pages += 1
        items += count
        switch plan.way {
        case .none: return nil
        case .page(let name, let first):
            guard try goesOn(after: body, count) else { return nil }
            return .parameters([(name: name, value: String(first + pages))] + size, isAlone: false)
        case .offset(let name):
            guard try goesOn(after: body, count) else { return nil }
            return .parameters([(name: name, value: String(items))] + size, isAlone: false)
        case .cursor(let name, let place, let isAlone):
            guard let cursor = place.text(in: body) else { return nil }
            guard cursor.utf8.count <= Paging.cursorLimit else {
                throw Fault(sentence: "the cursor of the next page is longer than \(Paging.cursorLimit) bytes")
            }
            try note(cursor, "the cursor of the next page")
            return .parameters([(name: name, value: cursor)] + size, isAlone: isAlone)
        case .link(let relation):
            guard let url = link.flatMap({ LinkHeader($0).target(of: relation) }) else { return nil }
            try note(url, "the link to the next page")
            return .url(url)
        case .url(let place):
            guard let url = place.text(in: body) else { return nil }
            try note(url, "the URL of the next page")
            return .url(url)
        }
    }

    private mutating func goesOn(after body: [UInt8], _ count: Int) throws(Fault) -> Bool {
        guard count > 0 else { return false }
        if body == lastBody {
            throw Fault(sentence: "the server sends the same page again; it may call the number of the page otherwise than paging says")
        }
        lastBody = body
        defer { largest = max(largest, count) }
        guard let wanted = plan.size?.count else { return true }
        return count >= wanted || largest < wanted
    }

    private mutating func note(_ text: String, _ what: String) throws(Fault) {
        guard seen.insert(text).inserted else {
            throw Fault(sentence: "\(what) has been there already, so that the pages would never end; its keeper must mend that")
        }
    }
}
