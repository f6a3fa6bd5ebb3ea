/// A path as the configuration writes it.
public struct ConfiguredPath: Hashable, Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    /// The path itself where it is absolute, else below the folder. Only text is joined: no file is looked at.
    ///
    /// - Parameter folder: The folder of the configuration file; empty for the current one.
    public func resolve(relativeTo folder: String) -> String {
        if text.utf8.first == UInt8(ascii: "/") || folder.isEmpty { return text }
        var rest = text[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        if rest.isEmpty || rest == "." { return folder }
        return folder.utf8.last == UInt8(ascii: "/") ? folder + rest : folder + "/" + rest
    }
}

extension Setting {
    /// Not empty. That something is there is for its reader to say.
    public func configuredPath() throws(ConfigurationError) -> ConfiguredPath {
        let text = try string()
        guard text.utf8.first != UInt8(ascii: "~") else { throw error("~ is not known here; write the folder's whole path") }
        return ConfiguredPath(text)
    }
}
