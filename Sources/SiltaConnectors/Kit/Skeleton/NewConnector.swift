internal import SiltaCore
internal import SiltaFormats

/// The files of a connector that is begun: from samples of what a register writes.
///
/// Nothing of a sample stands in them but the names of its columns and the codes of its marks, where these are short, few and look
/// like nobody.
public struct NewConnector: Sendable {
    public struct File: Sendable {
        /// Relative to the connector's folder.
        public let path: String
        public let bytes: [UInt8]

        init(_ path: String, _ text: String) { self.init(path, Array(text.utf8)) }

        init(_ path: String, _ bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }
    }

    public let files: [File]

    /// - Parameters:
    ///   - name: letters, digits and hyphens; also the folder's.
    ///   - samples: at least one.
    public init(name: String, samples: [Sample]) {
        let streams = samples.map { GuessedStream($0) }
        let text = ManifestText(name: name, streams: streams)
        var files = [
            File("connector.yaml", text.manifest), File("README.md", text.readme), File("source.yaml", text.source),
            File("examples/first/config.yaml", text.exampleConfiguration),
        ]
        for stream in streams { files.append(File("examples/first/register/\(stream.sample.name)", InventedRows(stream: stream).bytes)) }
        self.files = files
    }
}
