import Foundation
import Glibc
import Testing

@testable import SiltaSystemd

/// A socket of this machine that takes datagrams, as the service manager and the journal have one.
final class Mailbox: Sendable {
    let name: String
    private let descriptor: Int32
    private let folder: String?

    /// - Parameter isAbstract: whether it has a name in no folder, and not a path.
    init(isAbstract: Bool = false) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/mailbox-\(UUID().uuidString)"
        if isAbstract {
            self.folder = nil
            name = "@silta-\(UUID().uuidString)"
        } else {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            self.folder = folder
            name = folder + "/socket"
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let socket = descriptor
        let isBound = try #require(UnixAddress(name)).withPointer { bind(socket, $0, $1) == 0 }
        try #require(isBound)
    }

    deinit {
        close(descriptor)
        if let folder { try? FileManager.default.removeItem(atPath: folder) }
    }

    var address: UnixAddress { UnixAddress(name)! }

    /// The datagrams that lie there, none of which is waited for.
    func take() -> [[UInt8]] {
        var taken: [[UInt8]] = []
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return taken }
            taken.append(Array(bytes.prefix(count)))
        }
    }

    func texts() -> [String] { take().map { String(decoding: $0, as: UTF8.self) } }

    /// Sends to itself until nothing more fits.
    func fill() {
        let sender = DatagramSocket()!
        while sender.send([0], to: address) == .sent {}
    }
}

/// A pipe whose other end is read here.
final class Stream: Sendable {
    let reading: Int32
    let writing: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// What `JOURNAL_STREAM` says where this leads to the journal.
    var journalStream: String {
        var status = stat()
        fstat(writing, &status)
        return "\(status.st_dev):\(status.st_ino)"
    }

    func lines() -> [String] {
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        while case let count = read(reading, &bytes, bytes.count), count > 0 { text += bytes.prefix(count) }
        return String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }
}

/// A datagram of the journal, read by the protocol's text alone.
func entry(_ bytes: [UInt8]) throws -> [String: String] {
    var fields: [String: String] = [:]
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 10) {
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        if let equals = line.firstIndex(of: 61) {
            fields[String(decoding: line[..<equals], as: UTF8.self)] = String(decoding: line[(equals + 1)...], as: UTF8.self)
        } else {
            let size = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            fields[String(decoding: line, as: UTF8.self)] = String(decoding: rest.dropFirst(8).prefix(size), as: UTF8.self)
            rest = rest.dropFirst(8 + size)
            try #require(rest.first == 10)
            rest = rest.dropFirst()
        }
    }
    try #require(rest.isEmpty)
    return fields
}
