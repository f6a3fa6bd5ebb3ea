import Testing

@testable import SiltaConnectors

@Suite struct `Where a link leads` {
    private func follow(_ text: String) -> String? {
        WebLocation("https://register.example/api").follow(text, from: "https://register.example/api/marks?page=1")
    }

    @Test func `is the same server, however its name is spelled`() {
        #expect(follow("?page=2") == "https://register.example/api/marks?page=2")
        #expect(follow("http://REGISTER.example/api/marks?page=2") == "https://register.example/api/marks?page=2")
        #expect(follow("https://register%2Eexample:443/api") == "https://register.example/api")
    }

    @Test(arguments: [
        "//other.example/api", "https://register.example@other.example/", "https://register.example:444/", "https://user@register.example/",
        "https://register.example.other.example/", "https://register.example%2F@other.example/", "ftp://register.example/",
        "file:///etc/passwd",
        "https://register.example\\@other.example/", "https:\\\\other.example/", "https://register.example%00.other.example/",
        "https://register.example%23.other.example/",
    ])
    func `is nowhere else`(link: String) {
        let target = follow(link)
        #expect(target == nil || target?.hasPrefix("https://register.example/") == true, "\(target ?? "")")
    }
}
