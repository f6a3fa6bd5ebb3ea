import Glibc
import SiltaCore
import SiltaFormats

/// The folder into which received bodies are written, one file `<message id>.json` each, exactly as they came.
///
/// A file appears whole or not at all, is for its owner only, and is never written over.
struct MessageFolder: Sendable {
    private static let ending = ".json"
    private static let partialEnding = ".json.partial"

    let path: String

    /// - Parameter path: made if it is not there; its parent must be there.
    init(path: String) throws(ReceiverError) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .folder(path: path, problem: systemMessage()) }
        guard access(path, R_OK | W_OK | X_OK) == 0 else { throw .folder(path: path, problem: systemMessage()) }
    }

    /// Writes a message.
    ///
    /// - Returns: false if it stood there already.
    /// - Throws: `NoticeRefusal.anotherBody` if another stood there, `.notKept` by what the system says.
    func keep(_ message: Examiner.Accepted) throws(NoticeRefusal) -> Bool {
        let file = "\(path)/\(message.id)\(MessageFolder.ending)"
        // Of this process, since another may write the same message.
        let partial = "\(path)/.\(message.id).\(getpid())\(MessageFolder.partialEnding)"
        defer { unlink(partial) }
        let existing: [UInt8]
        do throws(FileProblem) {
            try StoredFile.write(message.body, to: partial)
            // Unlike a renaming, a link never takes the place of what stands there.
            if link(partial, file) == 0 {
                try StoredFile.synchronize(path)
                return true
            }
            guard errno == EEXIST else { throw FileProblem(sentence: systemMessage()) }
            existing = try StoredFile.read(file, limit: message.body.count)
        } catch {
            throw .notKept(error.sentence)
        }
        guard existing == message.body else { throw .anotherBody }
        return false
    }

    /// Reads what was received before into memory, and removes what an earlier end cut short.
    ///
    /// - Parameter maximumBytes: of one body.
    /// - Throws: `ReceiverError.folder` if a file is not what this receiver wrote, or there are more than it remembers.
    func recall(into known: inout KnownMessages, maximumBytes: Int) throws(ReceiverError) {
        for name in try names() {
            if name.hasPrefix("."), name.hasSuffix(MessageFolder.partialEnding) {
                unlink("\(path)/\(name)")
            } else if let message = try message(named: name, maximumBytes: maximumBytes) {
                do throws(NoticeRefusal) {
                    try known.recall(message)
                } catch {
                    throw .folder(path: path, problem: error.description)
                }
            }
        }
    }

    /// The message in a file, or nil if the name is not one of a message.
    private func message(named name: String, maximumBytes: Int) throws(ReceiverError) -> Examiner.Accepted? {
        let stem = String(name.dropLast(MessageFolder.ending.count))
        guard name.hasSuffix(MessageFolder.ending), let id = NoticeID(stem), id.description == stem else { return nil }
        let body: [UInt8]
        do throws(FileProblem) {
            body = try StoredFile.read("\(path)/\(name)", limit: maximumBytes)
        } catch {
            throw .folder(path: "\(path)/\(name)", problem: error.sentence)
        }
        guard let json = try? JSON.parse(body), json["notice"]?.string == stem else {
            throw .folder(path: "\(path)/\(name)", problem: "the file is not the message of its name: move it away")
        }
        return Examiner.Accepted(id: id, kind: json["withdraws"] == nil ? .referral : .withdrawal, body: body)
    }

    private func names() throws(ReceiverError) -> [String] {
        guard let stream = opendir(path) else { throw .folder(path: path, problem: systemMessage()) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) { String(cString: $0) }
                })
        }
        return names
    }
}
