import SiltaFormats

@testable import SiltaConnectors

extension Fuzzer {
    /// What a server might answer: a line that is a header or a URL, and behind it a body. The first byte says how pages are asked for.
    static let request = Fuzzer(name: "request") { bytes in
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
        let (line, body) = (String(decoding: rest[..<end], as: UTF8.self), Array(rest[end...].dropFirst()))
        stays(line)
        guard let path = ItemPath(["/next", "/links/0/href", "/0", "/a/-1"][Int(first >> 3 & 3)]), let place = JSONPlace(path) else {
            preconditionFailure("the paths of this fuzzer are right")
        }
        let way: PagingPlan.Way =
            switch first & 7 {
            case 0: .none
            case 1: .page("page", first: 1)
            case 2: .offset("offset")
            case 3: .cursor("cursor", from: place, isAlone: true)
            case 4: .link(relation: "next")
            default: .url(place)
            }
        var paging = Paging(PagingPlan(way: way, size: first & 32 == 0 ? nil : .init(name: "limit", count: 2)))
        for count in [2, 1, 0] {
            guard let question = try? paging.next(after: body, count: count, link: line) else { break }
            if case .url(let url) = question { stays(url) }
        }
        let answer = WebAnswer(
            status: 200, headers: [("Link", line), ("ETag", line), ("Content-Type", line)], body: body, date: 2_000_000, modified: 1)
        if let grant = try? TokenRequest.grant(answer) {
            precondition(grant.token.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a token stands in a header")
        }
        if let validator = RequestCursor.Validator(answer) {
            precondition(validator.header.value.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "it stands in a header")
        }
        _ = RequestCursor(line).map(\.description)
        _ = ProgramCursor(line).map(\.description)
    }

    private static func stays(_ text: String) {
        let location = WebLocation("https://register.example/api")
        guard let target = location.follow(text, from: "https://register.example/api/marks?page=1") else { return }
        precondition(
            ["/", "?"].contains { target.hasPrefix("https://register.example\($0)") } || target == "https://register.example",
            "a link leads to another server")
    }
}
