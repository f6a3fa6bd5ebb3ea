import Foundation
import SiltaTesting
import Glibc

@testable import SiltaTransfer

/// A script of `Server/`, running as a program of its own, with a folder that goes with it.
final class Script {
    let folder: URL
    /// The first line that it wrote.
    let greeting: Data
    private let input: FileHandle
    private let output: FileHandle

    init(_ name: String, _ arguments: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("silta-fetch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Server/\(name)")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", "-W", "ignore", script.path] + arguments + [folder.path]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        (self.input, self.output) = (input.fileHandleForWriting, output.fileHandleForReading)
        greeting = try self.output.line()
    }

    deinit {
        try? input.close()
        try? FileManager.default.removeItem(at: folder)
    }

    func report<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try input.write(contentsOf: Data("report\n".utf8))
        return try JSONDecoder().decode(type, from: output.line())
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}

/// The files that the servers have: `a.csv` is large, `b.csv` small, and both were written long ago.
struct ServedFolder {
    let url: URL
    let large: Data

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("silta-served-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        large = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
        try large.write(to: url.appendingPathComponent("a.csv"))
        try Data("hello".utf8).write(to: url.appendingPathComponent("b.csv"))
        try age("a.csv")
        try age("b.csv")
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: url.appendingPathComponent(name))
    }

    /// As if it had been written so long ago.
    func age(_ name: String, seconds: Double = 3600) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: url.appendingPathComponent(name).path)
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}

/// A file to fetch into, without a name.
final class Target {
    let descriptor: Int32

    init() {
        var path = Array("\(FileManager.default.temporaryDirectory.path)/silta-target-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        unlink(path)
    }

    deinit { close(descriptor) }

    var content: Data {
        var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Data(bytes.prefix(max(0, count)))
    }
}

extension FetchSession {
    func fetch(_ request: FetchRequest) throws -> (FetchResponse, Data) {
        let target = Target()
        let response = try fetch(request, into: target.descriptor) {}
        return (response, target.content)
    }

    /// Why a request must fail; nil, which no expectation accepts, where it does not.
    func failure(_ request: FetchRequest) -> TransferFailure? {
        do { _ = try fetch(request) } catch { return error as? TransferFailure }
        return nil
    }
}

/// Python's own https server, with a served folder.
final class FileServer {
    struct Ports: Decodable {
        let plain: Int
        let secure: Int
        let mutual: Int
    }

    let served: ServedFolder
    let ports: Ports
    let script: Script

    init() throws {
        served = try ServedFolder()
        script = try Script("files.py", [served.url.path])
        ports = try JSONDecoder().decode(Ports.self, from: script.greeting)
    }

    deinit { served.remove() }

    /// Whom to trust.
    var caFile: String { script.path("cert.pem") }
}
