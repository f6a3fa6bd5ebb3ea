internal import Glibc
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
    init?(_ names: [String], from fetcher: Fetcher, known: [RemoteStamp]?, _ pause: FetchPause, step: () throws -> Void) throws {
        try pause.check()
        let asked = Questions(session: try FetchedExport.open(fetcher), folder: fetcher.folder, pause: pause)
        var fetched: [String: Fetched] = [:]
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

    private static func open(_ fetcher: Fetcher) throws -> Fetcher.Session {
        do { return try fetcher.open() } catch let failure as Fetcher.Failure {
            throw ReadFailure(.unreadable, file: nil, failure.sentence)
        }
    }
}

private struct Fetched {
    let file: RegisterFile
    let stamp: RemoteStamp
    let isSettled: Bool
}

/// What is asked of the server for one export.
private struct Questions {
    let session: Fetcher.Session
    let folder: String
    let pause: FetchPause

    /// - Returns: nil where it is what is known.
    func fetch(_ name: String, known: RemoteStamp?, step: () throws -> Void) throws -> Fetched? {
        let descriptor = try NamelessFile.open(in: folder)
        let answer: Fetcher.Answer
        do { answer = try ask(name) { try session.fetch(name, known, descriptor, step) } } catch {
            close(descriptor)
            throw error
        }
        guard case .content(let stamp, let isSettled) = answer else {
            close(descriptor)
            guard known != nil else {
                throw ReadFailure(.unreadable, file: name, "the server says that this file is unchanged, and was not asked that")
            }
            return nil
        }
        return Fetched(file: try RegisterFile(fetched: descriptor, name: name), stamp: stamp, isSettled: isSettled)
    }

    func checkUnchanged(_ fetched: Fetched, step: () throws -> Void) throws {
        let name = fetched.file.name
        let answer: Fetcher.Answer
        do { answer = try session.look(name, fetched.stamp, step) } catch let failure as Fetcher.Failure {
            throw ReadFailure(.unreadable, file: name, failure.sentence)
        }
        switch answer {
        // A server that does not answer this question, such as one that knows GET only, does not say that anything has changed.
        case .unchanged, .denied, .status: return
        case .later(let wait): throw pause.begin(wait)
        case .content, .missing:
            throw ReadFailure(
                .changed, file: name,
                "this file has changed on the server while the export was fetched; the next poll fetches it anew")
        }
    }

    private func ask(_ name: String, _ question: () throws -> Fetcher.Answer) throws -> Fetcher.Answer {
        let answer: Fetcher.Answer
        do { answer = try question() } catch let failure as Fetcher.Failure {
            throw ReadFailure(.unreadable, file: name, failure.sentence)
        }
        switch answer {
        case .content, .unchanged: return answer
        case .missing:
            throw ReadFailure(.missing, file: name, "this file is not on the server; an export must write all of its files there")
        case .denied(let status):
            throw ReadFailure(
                .unreadable, file: name,
                "the server does not show this file to this user\(status.map { " [status \($0)]" } ?? ""); its keeper must let them read it"
            )
        case .later(let wait): throw pause.begin(wait)
        case .status(let status):
            throw ReadFailure(
                .unreadable, file: name, "the server sends no file [status \(status)]; 200 would be right, and location may be another")
        }
    }
}
