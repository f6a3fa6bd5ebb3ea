/// An `https` or `http` address without user information and fragment.
public struct WebAddress: Hashable, Sendable {
    /// As it is written.
    public let text: String
    public let isSecure: Bool
    /// An IPv6 address without its brackets.
    public let host: String
    /// 1…65535; the scheme's own where none is written.
    public let port: Int

    /// What keeps a text from being such an address. The sentences never hold the text: it may have a password in it.
    struct Flaw: Error, CustomStringConvertible {
        let description: String
    }

    init(_ text: String) throws(Flaw) {
        let (scheme, isSecure) = text.hasPrefix("https://") ? ("https://", true) : ("http://", false)
        guard text.hasPrefix(scheme) else { throw Flaw(description: "this must begin with https://") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), text.utf8.count <= 2000 else {
            throw Flaw(description: "an address has no spaces, only ASCII, and at most 2000 characters; write others in percent encoding")
        }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else {
            throw Flaw(description: "a user name or password must not stand in an address")
        }
        guard !rest.contains("#") else { throw Flaw(description: "an address to send to has no fragment (#…)") }
        guard let parts = Authority(authority), parts.port != 0 else {
            throw Flaw(description: "there is no host here that one could send to; write for example https://host.example/notices")
        }
        self.text = text
        self.isSecure = isSecure
        host = parts.host
        port = parts.port ?? (isSecure ? 443 : 80)
    }
}

extension Setting {
    /// An address to send to. What stands there instead is never shown.
    public func webAddress() throws(ConfigurationError) -> WebAddress {
        let text = try string()
        do { return try WebAddress(text) } catch { throw self.error(error.description) }
    }
}
