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
    ///   - samples: at least one list, for each file all of its lists.
    public init(name: String, samples: [[Sample]]) {
        let streams = samples.flatMap(GuessedStream.chosen)
        let text = ManifestText(name: name, streams: streams)
        var files = [
            File("connector.yaml", text.manifest), File("README.md", text.readme), File("source.yaml", text.source),
            File("examples/first/config.yaml", text.exampleConfiguration),
        ]
        for (index, stream) in streams.enumerated() where !streams[..<index].contains(where: { $0.sample.name == stream.sample.name }) {
            let ofFile = streams[index...].filter { $0.sample.name == stream.sample.name }
            files.append(File("examples/first/register/\(stream.sample.name)", NewConnector.content(ofFile)))
        }
        self.files = files
    }

    /// A file of the example, which holds the rows of these streams; packed only where it must be.
    private static func content(_ streams: [GuessedStream]) -> [UInt8] {
        var members: [String] = []
        for stream in streams {
            if let member = stream.sample.member, !members.contains(member) { members.append(member) }
        }
        guard !members.isEmpty else { return document(streams) }
        var zip = StoredZip()
        for member in members { zip.add(member, document(streams.filter { $0.sample.member == member })) }
        return zip.finish()
    }

    private static func document(_ streams: [GuessedStream]) -> [UInt8] {
        let rows = streams.map { InventedRows(stream: $0) }
        return rows[0].bytes(with: Array(rows.dropFirst()))
    }
}
