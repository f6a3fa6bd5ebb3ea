import SiltaConnectors
import Testing

@Suite struct `Examples of the shipped connectors` {
    /// What has nothing to read without a server is tried on one by `Tests/ConnectorTests`.
    private static let triedOnServers: Set = ["sql"]

    @Test func `every example of every connector gives what it expects`() throws {
        let library = ConnectorLibrary(folders: [Export.connectors])
        #expect(library.names.contains("primus-csv"))
        for name in library.names {
            let examples = try ConnectorExamples(folder: try #require(library.folder(of: name)))
            #expect(!examples.names.isEmpty || Self.triedOnServers.contains(name), "\(name)")
            for example in examples.names {
                let outcome = examples.run(example)
                #expect(outcome.isAsExpected, "\(name)/\(example)\nmissing: \(outcome.missing)\nunexpected: \(outcome.unexpected)")
            }
        }
    }

    @Test func `what is dropped reaches no line`() throws {
        let examples = try ConnectorExamples(folder: "\(Export.connectors)/primus-csv")
        let lines = examples.names.flatMap { examples.run($0).actual }
        for word in ["KANARIA", "migreeni", "päänsärky", "ope1", "MA1"] { #expect(!lines.contains { $0.contains(word) }, "\(word)") }
    }
}
