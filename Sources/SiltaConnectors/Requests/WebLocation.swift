internal import Foundation

/// The URL that all requests of a connector begin with, and how URLs are made of it.
struct WebLocation: Sendable, Equatable {
    private let base: String
    private let query: String?

    /// - Parameter url: `https://host/api`, perhaps with a query, which goes with each request.
    init(_ url: String) {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var base = parts[0]
        while base.hasSuffix("/") { base = base.dropLast() }
        self.base = String(base)
        query = parts.count > 1 && !parts[1].isEmpty ? String(parts[1]) : nil
    }

    func url(_ path: String, _ parameters: [(name: String, value: String)]) -> String {
        let parts = [query].compactMap(\.self) + parameters.map { WebLocation.encoded($0.name) + "=" + WebLocation.encoded($0.value) }
        return base + path + (parts.isEmpty ? "" : "?" + parts.joined(separator: "&"))
    }

    /// Where a URL leads that a server wrote into an answer.
    ///
    /// - Parameter asked: the URL that was asked.
    /// - Returns: nil where it leads to another server. Behind a proxy that ends TLS, servers write `http://` of their own host: that is
    ///   asked over `https` as everything is.
    func follow(_ text: String, from asked: String) -> String? {
        guard let own = URLComponents(string: asked), let asked = URL(string: asked),
            var target = URL(string: text, relativeTo: asked).flatMap({ URLComponents(url: $0.absoluteURL, resolvingAgainstBaseURL: true) }
            ),
            target.user == nil, target.password == nil, target.host?.lowercased() == own.host?.lowercased()
        else { return nil }
        let ports: [String: Int] = ["https": 443, "http": 80]
        let scheme = target.scheme?.lowercased() ?? ""
        let port = target.port ?? ports[scheme] ?? 0
        let ownPort = own.port ?? ports[own.scheme ?? ""] ?? 0
        let isOwn = scheme == own.scheme && port == ownPort
        let isWithoutTLS = scheme == "http" && own.scheme == "https" && (target.port == nil || port == 80 || port == ownPort)
        guard isOwn || isWithoutTLS else { return nil }
        target.scheme = own.scheme
        // However the server spelled it.
        target.percentEncodedHost = own.percentEncodedHost
        target.port = own.port
        target.fragment = nil
        return target.string
    }

    /// What has a meaning in a query, and all that is not ASCII, in percent encoding.
    static func encoded(_ text: String) -> String {
        var out: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
