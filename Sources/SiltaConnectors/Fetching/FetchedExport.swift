internal import SiltaCore

/// The files of an export on a server, fetched whole.
struct FetchedExport {
    /// By name.
    let files: [String: RegisterFile]
    /// In the order in which they were asked for.
    let stamps: [RemoteStamp]
    let isSettled: Bool

    /// Fetches all files of an export, unless each of them is what it was.
    ///
    /// When the last is here, the server is asked whether all still are what they were when they were fetched: files of two exports
    /// must not be read as one.
    ///
    /// - Parameter known: what each was, in the order of the names; nil fetches them whatever they are.
    /// - Returns: nil where nothing has changed.
    init?(_ names: [String], from asked: FetchQuestions, known: [RemoteStamp]?, step: () throws -> Void) throws {
        var fetched: [String: FetchedFile] = [:]
        if let known, known.count == names.count, known.allSatisfy(\.canBeAsked) {
            for (name, stamp) in zip(names, known) {
                fetched[name] = try asked.fetch(name, known: stamp, step: step)
                // The others are needed as well, changed or not.
                if fetched[name] != nil { break }
            }
            if fetched.isEmpty { return nil }
        }
        for name in names where fetched[name] == nil { fetched[name] = try asked.fetch(name, known: nil, step: step) }
        let all = names.compactMap { fetched[$0] }
        for file in all where file.stamp.canBeAsked { try asked.checkUnchanged(file, step: step) }
        files = Dictionary(all.map { ($0.file.name, $0.file) }, uniquingKeysWith: { first, _ in first })
        stamps = all.map(\.stamp)
        isSettled = all.allSatisfy(\.isSettled)
    }
}

/// A file that was fetched, and what it is known by.
struct FetchedFile {
    let file: RegisterFile
    let stamp: RemoteStamp
    let isSettled: Bool
}
