internal import Glibc

/// What is asked of the server for one export.
struct FetchQuestions {
    private let session: Fetcher.Session
    private let folder: String
    private let pause: FetchPause

    /// Begins to talk with the server, unless it wants to be left alone.
    init(_ fetcher: Fetcher, _ pause: FetchPause) throws {
        try pause.check()
        do { session = try fetcher.open() } catch let failure as Fetcher.Failure {
            throw ReadFailure(.unreadable, file: nil, failure.sentence)
        }
        folder = fetcher.folder
        self.pause = pause
    }

    /// The server's folder as its files are chosen in.
    func view(step: @escaping () throws -> Void) -> FolderView {
        FolderView(title: "the server's folder") { folder in
            do { return try session.list(folder, step) } catch let failure as Fetcher.Failure {
                throw ReadFailure(.unreadable, file: nil, failure.sentence)
            }
        } look: { name in
            let answer: Fetcher.Answer
            do { answer = try session.look(name, nil, step) } catch let failure as Fetcher.Failure {
                throw ReadFailure(.unreadable, file: name, failure.sentence)
            }
            switch answer {
            case .content(let stamp, _): return FolderView.Sight(modified: stamp.modificationTime)
            case .missing: return nil
            case .later(let wait): throw pause.begin(wait)
            case .unchanged, .denied, .status:
                throw ReadFailure(
                    .unreadable, file: name, "the server does not say whether this file is there; its keeper must let it be seen")
            }
        }
    }

    /// - Returns: nil where it is what is known.
    func fetch(_ name: String, known: RemoteStamp?, step: () throws -> Void) throws -> FetchedFile? {
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
        return FetchedFile(file: try RegisterFile(fetched: descriptor, name: name), stamp: stamp, isSettled: isSettled)
    }

    func checkUnchanged(_ fetched: FetchedFile, step: () throws -> Void) throws {
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
