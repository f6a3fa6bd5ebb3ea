import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaConnectors
import SiltaFormats

struct ConnectorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector", abstract: "Connectors: those that there are, and the kit for who writes one.",
        subcommands: [List.self, New.self, CheckConnector.self, TestConnector.self, Preview.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every connector that a source can name.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let library = try ConnectorLibrary(options)
            var isWrong = false
            var rows: [[String]] = []
            for name in library.names {
                guard let folder = library.folder(of: name) else { continue }
                do {
                    let manifest = try Manifest(folder: folder)
                    if options.json {
                        Output.standard.say(
                            [
                                "name": manifest.name.json, "version": manifest.version.json, "kind": manifest.kindName.json,
                                "reads": manifest.reads.json, "folder": folder.json,
                            ] as JSON)
                    } else {
                        rows.append([manifest.name, manifest.version, manifest.kindName, folder, manifest.reads])
                    }
                } catch {
                    isWrong = true
                    StandardError.complain("\(error)")
                }
            }
            if !options.json { Output.standard.table(["NAME", "VERSION", "KIND", "FOLDER", "READS"], rows) }
            if isWrong { throw ExitCode(2) }
        }
    }

    struct CheckConnector: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Checks a connector: its manifest, its README, that it has examples, and what is unsure.")

        @Argument(help: "The connector's name, or its folder.")
        var connector: String

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let folder = try ConnectorLibrary.folder(named: connector, options)
            var errors: [String] = []
            var warnings: [String] = []
            do { _ = try Manifest(folder: folder) } catch { errors += error.problems.map(\.description) }
            if !FileManager.default.fileExists(atPath: "\(folder)/README.md") {
                errors.append("\(folder)/README.md: there is no such file; it tells who sets a source up what to do")
            }
            if errors.isEmpty {
                let examples = try ConnectorExamples(folder: folder)
                if examples.names.isEmpty {
                    errors.append(
                        "\(folder)/examples: there is no case; a folder with config.yaml, what is read, and expected.jsonl makes one")
                }
                for name in examples.names {
                    if let problem = examples.problem(of: name) { errors.append(problem) }
                    if !FileManager.default.fileExists(atPath: "\(folder)/examples/\(name)/expected.jsonl") {
                        errors.append(
                            "\(folder)/examples/\(name)/expected.jsonl: there is no such file; it has the records that must come, and "
                                + "`silta connector test --write-expected` writes those that come")
                    }
                }
            }
            for mark in UnsureMarks(folder: folder).marks { warnings.append("\(mark.file):\(mark.line): unsure: \(mark.text)") }
            if options.json {
                Output.standard.say(
                    ["connector": folder.json, "ok": errors.isEmpty.json, "errors": errors.json, "warnings": warnings.json] as JSON)
            } else {
                for error in errors { StandardError.complain(error) }
                for warning in warnings { StandardError.complain("warning: \(warning)") }
                if errors.isEmpty {
                    Output.standard.say("\(folder): right\(warnings.isEmpty ? "" : ", but for \(warnings.count) warnings")")
                }
            }
            if !errors.isEmpty { throw ExitCode(2) }
            if !warnings.isEmpty { throw Attention() }
        }
    }
}

extension Manifest {
    fileprivate var kindName: String { program == nil ? "declarative" : "program" }
}

extension ConnectorLibrary {
    /// The folders of the configuration; where there is none, those that are looked in by default, and `connectors` where one stands.
    init(_ options: GlobalOptions) throws {
        if options.namesInstallation {
            self = try Installation(options).connectors
        } else {
            self.init(folders: ["connectors"] + Configuration.defaultConnectors.map { $0.resolve(relativeTo: "/") })
        }
    }

    /// - Parameter name: a connector's name, or the path of its folder.
    static func folder(named name: String, _ options: GlobalOptions) throws -> String {
        var path = name
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if FileManager.default.fileExists(atPath: "\(path)/\(Manifest.fileName)") {
            // A manifest has the name of its folder, so "." will not do.
            return path.hasSuffix(".") || !path.contains("/") ? URL(filePath: path).standardizedFileURL.path.withoutSlash : path
        }
        guard !path.contains("/") else {
            throw UsageError("\(path)/\(Manifest.fileName): there is no such file; the folder of a connector should be named")
        }
        let library = try ConnectorLibrary(options)
        guard let folder = library.folder(of: path) else {
            let names = library.names.isEmpty ? "none" : library.names.joined(separator: ", ")
            throw UsageError("there is no connector \"\(path)\" in \(library.folders.joined(separator: ", ")); there are \(names)")
        }
        return folder
    }
}

extension GlobalOptions {
    /// Whether there is a configuration file, or one was asked for.
    var namesInstallation: Bool { config != GlobalOptions.usualConfig || FileManager.default.fileExists(atPath: config) }
}

extension String {
    fileprivate var withoutSlash: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
