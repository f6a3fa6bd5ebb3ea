public import SiltaConfiguration

/// The connectors that there are: folders with a `connector.yaml`, in the folders that are configured.
public struct ConnectorLibrary: Sendable {
    /// Looked through in this order: of two connectors of one name, the first counts.
    public let folders: [String]

    public init(folders: [String]) {
        self.folders = folders
    }

    /// The names of all connectors, sorted.
    public var names: [String] {
        Set(folders.flatMap(FileSystem.names).filter { folder(of: $0) != nil }).sorted()
    }

    /// The folder of a connector, or nil where there is none of the name.
    public func folder(of name: String) -> String? {
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
        return folders.map { "\($0)/\(name)" }.first { FileSystem.isRegularFile("\($0)/\(Manifest.fileName)") }
    }

    /// - Parameter name: The setting that names the connector, such as `connector: primus-csv`.
    /// - Throws: Where there is no such connector, with the names that there are, or where its manifest is not right.
    public func manifest(named name: Setting) throws(ConfigurationError) -> Manifest {
        let text = try name.string()
        guard let folder = folder(of: text) else {
            let names = names
            guard !names.isEmpty else { throw name.error("there is no connector in \(folders.joined(separator: ", "))") }
            throw name.refusal(of: text, expected: "a connector; there are \(names.joined(separator: ", "))", nearestOf: names)
        }
        return try Manifest(folder: folder)
    }
}

extension Manifest {
    /// The manifest in a connector's folder, which must have the connector's name.
    public init(folder: String) throws(ConfigurationError) {
        let path = "\(folder)/\(Manifest.fileName)"
        let text: String
        do { text = try FileSystem.text(folder: folder, name: Manifest.fileName) } catch {
            throw ConfigurationError(ConfigurationProblem(file: path, line: 1, path: "", sentence: error.sentence))
        }
        let document = try YAMLDocument.parse(text, file: path)
        try self.init(document)
        self.folder = folder
        let last = folder.split(separator: "/").last.map(String.init) ?? folder
        guard name == last else { throw document.error("the name is \"\(name)\" and the folder's is \"\(last)\"; they must be the same") }
    }
}
