import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaConnectors
import SiltaTransfer

extension ConnectorCommand {
    struct New: ParsableCommand {
        enum Kind: String, CaseIterable, ExpressibleByArgument {
            case declarative, program
        }

        static let configuration = CommandConfiguration(
            abstract: "Begins a connector: from a sample of what a register writes, or as a program.",
            discussion: """
                Of a sample nothing is written but the names of its columns and the codes of its marks, where these are short and look like \
                nobody: the rows of the example are invented. What it was not sure of is marked.
                """)

        @Argument(help: "The connector's name: small letters, digits and hyphens.")
        var name: String

        @Option(help: "A file that the register writes, a folder of them, or an https:// URL of one.")
        var from: String?

        @Option(help: "The folder that the connector's folder is made in; else the first that sources are looked for in.")
        var into: String?

        @Option(help: "declarative, or program: a copy of the example in Python.")
        var kind = Kind.declarative

        @OptionGroup var options: GlobalOptions

        func run() throws {
            guard name.wholeMatch(of: /[a-z][a-z0-9-]{0,40}/) != nil else {
                throw UsageError("\"\(name)\" is no name for a connector; small letters, digits and hyphens would be right")
            }
            let parent = try into ?? ConnectorLibrary(options).folders.first ?? "connectors"
            let folder = "\(parent)/\(name)"
            guard !FileManager.default.fileExists(atPath: folder) else {
                throw UsageError("\(folder) is there already; give another name, or take it away first")
            }
            switch kind {
            case .program:
                guard from == nil else {
                    throw UsageError("a program reads what you make it read; --from goes with declarative connectors")
                }
                try beginProgram(folder)
            case .declarative:
                guard let from else {
                    throw UsageError("--from is missing: a file that the register writes, a folder of them, or an https:// URL")
                }
                try begin(folder, samples: Samples.read(from))
            }
        }

        private func begin(_ folder: String, samples: [[Sample]]) throws {
            let manager = FileManager.default
            for file in NewConnector(name: name, samples: samples).files {
                let path = "\(folder)/\(file.path)"
                try manager.createDirectory(
                    atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
                guard manager.createFile(atPath: path, contents: Data(file.bytes)) else { throw Failure("\(path) cannot be written") }
            }
            let examples = try ConnectorExamples(folder: folder)
            for example in examples.names { try examples.writeExpected(examples.run(example)) }
            let count = UnsureMarks(folder: folder).marks.count
            let output = Output.standard
            output.say("\(folder) is begun from \(samples.compactMap(\.first?.name).joined(separator: ", ")).")
            output.say("Of the sample only the names of columns and short codes were written; the people of the example are invented.")
            output.say("Next:")
            output.say("  1. look at the \(count) places that say unsure: silta connector check \(folder)")
            output.say("  2. look at what the example gives, examples/first/expected.jsonl: silta connector test \(folder)")
            output.say("  3. put source.yaml into silta.yaml, and see what a poll would do: silta connector preview \(name)")
        }

        private func beginProgram(_ folder: String) throws {
            let library = try ConnectorLibrary(options)
            let folders = library.folders + ["connectors"]
            guard let example = ConnectorLibrary(folders: folders).folder(of: "example-program") else {
                throw UsageError("there is no connector example-program in \(folders.joined(separator: ", ")); it comes with silta")
            }
            let manager = FileManager.default
            try manager.createDirectory(atPath: URL(filePath: folder).deletingLastPathComponent().path, withIntermediateDirectories: true)
            try manager.copyItem(atPath: example, toPath: folder)
            for file in ["connector.yaml", "read.py", "README.md"] {
                let path = "\(folder)/\(file)"
                let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: "example-program", with: name)
                try text.write(toFile: path, atomically: false, encoding: .utf8)
            }
            try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/read.py")
            let output = Output.standard
            output.say("\(folder) is begun: a program that reads three files of JSON.")
            output.say("Next:")
            output.say("  1. make read.py fetch what your register has, and connector.yaml say what it is configured with")
            output.say("  2. put a few invented pupils into examples/: silta connector test \(folder)")
            output.say("  3. name it in silta.yaml, and see what a poll would do: silta connector preview SOURCE")
        }
    }
}

/// What a register writes, to guess from.
private enum Samples {
    /// More files are not looked at.
    private static let fileLimit = 20

    /// For each file, its lists.
    static func read(_ from: String) throws -> [[Sample]] {
        if from.hasPrefix("https://") { return try fetch(from) }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: from, isDirectory: &isFolder) else {
            throw UsageError("\(from): there is no such file; a file that the register writes, or a folder of them, should be named")
        }
        guard isFolder.boolValue else { return try sample(URL(filePath: from).lastPathComponent, at: from) }
        let names = try FileManager.default.contentsOfDirectory(atPath: from).filter { !$0.hasPrefix(".") }.sorted()
        var samples: [[Sample]] = []
        for name in names.prefix(fileLimit) {
            do { samples += try sample(name, at: "\(from)/\(name)") } catch { StandardError.complain("\(error); it is left out") }
        }
        guard !samples.isEmpty else { throw UsageError("\(from): there is no file in it that could be guessed from") }
        return samples
    }

    private static func sample(_ name: String, at path: String) throws -> [[Sample]] {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try handle.read(upToCount: Sample.byteLimit) else {
            throw UsageError("\(path): the file cannot be read, or is empty")
        }
        return try Sample.all(name: name, bytes: Array(data))
    }

    private static func fetch(_ url: String) throws -> [[Sample]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "silta-sample-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "sample").path
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("\(path) cannot be written") }
        defer { close(descriptor) }
        let response: FetchResponse
        do {
            response = try FetchSession(userAgent: "silta/\(Silta.version)").fetch(FetchRequest(url), into: descriptor) {}
        } catch let failure as TransferFailure { throw Failure(failure.sentence) }
        guard case .content = response.answer else {
            throw Failure("the server did not answer with the file [status: \(response.status.map(String.init) ?? "none")]")
        }
        let last = URL(string: url)?.lastPathComponent ?? ""
        // The name becomes that of a file: what stands in a URL may be a path, or anything.
        let isName = last.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._-]{0,100}/) != nil
        return try sample(isName ? last : "export", at: path)
    }
}
