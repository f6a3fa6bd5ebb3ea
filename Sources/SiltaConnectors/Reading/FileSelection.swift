internal import Glibc

/// What can be asked of a folder, on this machine or on a server, before anything in it is read.
struct FolderView {
    struct Sight {
        /// In nanoseconds since 1970; nil where the folder tells no times.
        var modified: Int?
    }

    /// How it is called in sentences.
    let title: String
    /// The names in the folder, or in a folder of it, without those that begin with a dot.
    let names: (_ folder: String) throws -> [String]
    /// Nil where there is no such file.
    let look: (_ name: String) throws -> Sight?
}

/// Chooses the files that a stream is read from.
struct FileSelection {
    /// The most files that one stream may be read from.
    static let limit = 200

    private let view: FolderView
    /// In nanoseconds since 1970.
    private let now: Int
    private var listings: [String: Set<String>] = [:]
    private var sights: [String: FolderView.Sight?] = [:]

    init(_ view: FolderView, now: Int = FileSelection.clock) {
        self.view = view
        self.now = now
    }

    /// The names, in the order in which they are read: as they are listed in the manifest, those of a pattern by their bytes.
    ///
    /// - Throws: ``ReadFailure`` where a name or pattern means no file, or a file that is needed is not complete; and what the view throws.
    mutating func names(of reading: FileReading) throws -> [String] {
        var names: [String] = []
        var known: Set<String> = []
        for pattern in reading.patterns {
            let meant = pattern.isOpen ? try matches(pattern) : [pattern.description]
            for name in meant where known.insert(name).inserted { names.append(name) }
        }
        guard names.count <= FileSelection.limit else {
            throw ReadFailure(
                .unreadable, file: nil,
                "\(names.count) files are meant by \(text(reading)); \(FileSelection.limit) is the most for one stream")
        }
        switch reading.take {
        case .all:
            for name in names {
                if let problem = try problem(name, reading.completion) { throw ReadFailure(.changed, file: name, problem) }
            }
            return names
        case .newest: return [try newest(of: names, reading)]
        }
    }

    private mutating func matches(_ pattern: FilePattern) throws -> [String] {
        let prefix = pattern.folder.isEmpty ? "" : pattern.folder + "/"
        let names = try listing(pattern.folder).filter { pattern.matches($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !names.isEmpty else {
            throw ReadFailure(
                .missing, file: nil, "no file in \(view.title) is meant by \"\(pattern)\"; an export must write all of its files there")
        }
        return names.map { prefix + $0 }
    }

    private mutating func newest(of names: [String], _ reading: FileReading) throws -> String {
        var complete: [(name: String, modified: Int?)] = []
        var problem: String?
        for name in names {
            if let found = try self.problem(name, reading.completion) {
                problem = found
            } else if let sight = try sight(name) {
                complete.append((name, sight.modified))
            }
        }
        // Where the times of some are not known, those of the others mean nothing.
        let hasTimes = complete.allSatisfy { $0.modified != nil }
        let last = complete.max { one, other in
            let (time, otherTime) = hasTimes ? (one.modified ?? 0, other.modified ?? 0) : (0, 0)
            return time != otherTime ? time < otherTime : one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
        }
        if let last { return last.name }
        if let problem { throw ReadFailure(.changed, file: nil, "of the files \(text(reading)) none is complete: \(problem)") }
        throw ReadFailure(.missing, file: nil, "none of the files \(text(reading)) is in \(view.title)")
    }

    /// Why a file does not count as written to its end.
    private mutating func problem(_ name: String, _ completion: FileCompletion?) throws -> String? {
        switch completion {
        case nil: return nil
        case .marker(let marker):
            let beside = FileCompletion.marker(marker, of: name)
            if try isThere(beside) {
                // One that was there before the file is of an earlier one.
                guard let marked = try sight(beside)?.modified, let written = try sight(name)?.modified, marked < written else {
                    return nil
                }
                return "this file is not complete yet: the marker \(beside) is older than it; the export must write it last"
            }
            return "this file is not complete yet: the marker \(beside) is not beside it; the export must write it last"
        case .unchanged(let time):
            // A file that is not there fails by being opened.
            guard let modified = try sight(name)?.modified else { return nil }
            let wanted = time.components.seconds
            guard now - modified < Int(wanted) * 1_000_000_000 else { return nil }
            return "this file is not complete yet: it was written less than \(wanted) s ago; the next poll reads it"
        }
    }

    private mutating func isThere(_ name: String) throws -> Bool {
        let slash = name.lastIndex(of: "/")
        let listing = listings[slash.map { String(name[..<$0]) } ?? ""]
        let last = slash.map { String(name[name.index(after: $0)...]) } ?? name
        if let listing, !last.hasPrefix(".") { return listing.contains(last) }
        return try sight(name) != nil
    }

    private mutating func listing(_ folder: String) throws -> Set<String> {
        if let known = listings[folder] { return known }
        let names = Set(try view.names(folder))
        listings[folder] = names
        return names
    }

    private mutating func sight(_ name: String) throws -> FolderView.Sight? {
        if let known = sights[name] { return known }
        let sight = try view.look(name)
        sights[name] = .some(sight)
        return sight
    }

    private func text(_ reading: FileReading) -> String { reading.patterns.map(\.description).joined(separator: ", ") }

    static var clock: Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec * 1_000_000_000 + now.tv_nsec
    }
}

extension FolderView {
    /// A folder of this machine.
    init(folder: String) {
        self.init(title: folder) { below in
            FileSystem.names(in: below.isEmpty ? folder : "\(folder)/\(below)").filter { name in
                FileSystem.isRegularFile(below.isEmpty ? "\(folder)/\(name)" : "\(folder)/\(below)/\(name)")
            }
        } look: { name in
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { return nil }
            return Sight(modified: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec)
        }
    }
}
