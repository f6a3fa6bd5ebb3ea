internal import Foundation
internal import Glibc

/// A folder that only this user can look into, for the files of one run of a program; gone with this value.
///
/// It is locked as long as it is in use, so that one which a killed process left behind is known and removed by the next run.
final class PrivateFolder: Sendable {
    private static let prefix = "silta-program-"

    let path: String
    private let descriptor: Int32

    init(in parent: String) throws(ReadFailure) {
        PrivateFolder.sweep(parent)
        var template = Array("\(parent)/\(PrivateFolder.prefix)XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ReadFailure(
                .program, file: nil,
                "no private folder for the program can be made in \(parent): \(SystemError.text(errno)); Silta must be able to write there")
        }
        path = template.withUnsafeBufferPointer { String(decoding: $0.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
    }

    deinit {
        PrivateFolder.remove(path)
        if descriptor >= 0 { close(descriptor) }
    }

    func remove() { PrivateFolder.remove(path) }

    /// Writes a file that only this user can read.
    ///
    /// - Returns: its path.
    func write(_ name: String, _ content: [UInt8]) throws(ReadFailure) -> String {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        var isWritten = descriptor >= 0
        var rest = content[...]
        while isWritten, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            isWritten = count > 0
            rest = rest.dropFirst(max(0, count))
        }
        if descriptor >= 0 { close(descriptor) }
        guard isWritten else {
            throw ReadFailure(.program, file: nil, "the program's \(name) cannot be written in \(path): \(SystemError.text(errno))")
        }
        return file
    }

    /// Removes what processes that were killed have left: nobody holds its lock.
    private static func sweep(_ parent: String) {
        for name in FileSystem.names(in: parent) where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            // One that was made just now may not be locked yet.
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), time(nil) - status.st_ctim.tv_sec > 60 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(path) }
        }
    }

    /// Follows no link out of the folder.
    private static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

enum SystemError {
    static func text(_ number: Int32) -> String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }
}
