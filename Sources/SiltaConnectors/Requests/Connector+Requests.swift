internal import Foundation
internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

extension Connector {
    /// What one poll asks a server, and what came of it so far.
    private struct Poll {
        let run: RequestRun
        let plan: ReadPlan
        /// Where the last reading came to; nil where there was none, or where it means something else now.
        let known: RequestCursor?
        /// Another reading that says the same would change nothing.
        let isCurrent: Bool
        /// In seconds since 1970, by this machine's clock.
        let now: Int
    }

    /// Asks for everything, or what is new; unless it is what it was.
    ///
    /// - Throws: ``ReadFailure``, and what `step` throws.
    func ask(_ settings: RequestSettings, _ plan: ReadPlan, after last: SourceCursor?, step: () throws -> Void) throws -> SourceAnswer {
        let run = try run(settings)
        let known = last.flatMap { RequestCursor($0.text) }.flatMap { $0.meaning == meaning ? $0 : nil }
        let now = Int(Date().timeIntervalSince1970)
        do {
            let poll = Poll(run: run, plan: plan, known: known, isCurrent: last?.isCurrent == true, now: now)
            let reach = Reach(configuration.streams.compactMap(\.request?.incremental), after: known?.state, now: now)
            return try read(poll, reach, step: step)
        } catch is StreamPages.Expired {
            // What is new since then is not known to the server any more.
            let poll = Poll(run: run, plan: plan, known: nil, isCurrent: false, now: now)
            do { return try read(poll, .everything, step: step) } catch is StreamPages.Expired {
                throw ReadFailure(
                    .unreadable, file: nil,
                    "the server says that what was asked has expired, and was asked for everything; its keeper can say what is right")
            }
        }
    }

    /// Tries who asks and the first page of each list, and reads nothing.
    ///
    /// - Throws: ``ReadFailure``, and what `step` throws.
    func tryRequests(_ settings: RequestSettings, step: () throws -> Void) throws {
        let run = try run(settings)
        for list in configuration.tables.compactMap(\.request) + settings.groups.map(\.request.list) {
            try StreamPages(run: run, plan: list, parameters: []).tryFirst(step: step)
        }
        // What only later polls ask for, so that nobody learns of it at the second one.
        let now = Int(Date().timeIntervalSince1970)
        let versions = try versions(of: run, step: step)
        for stream in configuration.streams {
            guard let deletes = stream.request?.deletes,
                let parameters = deletes.way.parameters(.changes(since: now, versions: [:]), now: versions)
            else { continue }
            try StreamPages(run: run, plan: deletes.list, parameters: parameters).tryFirst(isEmptyWithoutList: true, step: step)
        }
    }

    private func run(_ settings: RequestSettings) throws -> RequestRun {
        guard let fetcher else {
            throw ReadFailure(
                .unreadable, file: nil,
                "no server is asked without an installation; its silta.yaml should be there, or be named with --config")
        }
        try pause.check()
        let session: Fetcher.Session
        do { session = try fetcher.open() } catch let failure as Fetcher.Failure {
            throw ReadFailure(.unreadable, file: nil, failure.sentence)
        }
        return RequestRun(
            settings, session, token: token, pause: pause, deadline: host.deadline, today: host.today(), progress: progress,
            secret: host.secret)
    }

    // MARK: - One reading

    private func read(_ poll: Poll, _ reach: Reach, step: () throws -> Void) throws -> SourceAnswer {
        let versions = try versions(of: poll.run, reach, step: step)
        if reach.isBehind(versions) { throw StreamPages.Expired() }
        let groups = poll.run.settings.groups.filter { !$0.streams(reach).isEmpty }
        var first: (name: String, answer: WebAnswer)?
        let today = poll.run.today
        var days = [configuration.coverage?.from, configuration.coverage?.through].map { $0?.date(on: today).description ?? "" }
        if poll.run.settings.movesWithDays || configuration.skipsMove { days.append(today.description) }
        let claim = days.joined(separator: " ")
        // What is claimed is told in each reading: where it is another, so is the reading.
        let isSameClaim = poll.known?.state.claim == claim
        if reach == .everything, poll.isCurrent, isSameClaim, let known = poll.known {
            first = try changed(poll, known.state.validators, step: step)
            if first == nil, !known.state.validators.isEmpty {
                var same = known
                same.state.everything = poll.now
                return .unchanged(cursor: same.description)
            }
        }
        var reading = Reading(complete: Set(configuration.streams.map(\.kind)))
        var state = RequestCursor.State(everything: poll.now, since: 0, claim: claim, versions: versions)
        if reach != .everything, let known = poll.known { state.everything = known.state.everything }
        var digest = FileDigest()
        let sets = GatheredRecordSets()
        var takers: [any RecordTaking] = []
        var isNothingNew = reach != .everything
        var isUnfinished = false
        // Where nothing can be new, nothing is looked up.
        let isAnythingAsked = groups.contains { group in
            guard reach != .everything, let incremental = group.request.incremental else { return true }
            return incremental.way.parameters(reach, now: versions) != nil
        }
        let tables = isAnythingAsked ? try self.tables(poll, first, &digest, &state, step: step) : []
        for group in groups {
            let request = group.request
            guard isAnythingAsked else {
                for stream in group.streams { reading.complete.remove(stream.kind) }
                continue
            }
            let own = try self.takers(of: group.streams(reach), after: takers, sets, dates: poll.plan.dates, tables)
            takers += own.map(\.stream)
            var parameters: [(name: String, value: String)] = []
            if let incremental = request.incremental, reach != .everything {
                for stream in group.streams { reading.complete.remove(stream.kind) }
                guard let asked = incremental.way.parameters(reach, now: versions) else { continue }
                parameters = asked
            } else {
                isNothingNew = false
            }
            let pages = StreamPages(run: poll.run, plan: request.list, parameters: parameters, expired: request.incremental?.expired ?? [])
            let outcome = try pages.read(
                first: first.flatMap { $0.name == group.name ? $0.answer : nil },
                page: { page in page.withUnsafeBytes { digest.absorb($0) } },
                item: { item, number in
                    for taker in own { try take(item, number, taker) }
                },
                unreadable: { fault, content, number in
                    for taker in own { taker.stream.refuse(RejectedRow(fault, content, number, of: taker.stream.stream)) }
                }, step: step)
            digest.endPart()
            state.validators[group.name] = outcome.validator
            if outcome.items > 0 { isNothingNew = false }
            if outcome.hasMoved {
                // What was pushed from a page to the one before it was not handed out: silence means nothing this time.
                for stream in group.streams { reading.complete.remove(stream.kind) }
                isUnfinished = true
            }
        }
        if reach != .everything { try deletes(poll, reach, versions, &reading, &isNothingNew, step: step) }
        if state.validators.count < groups.count + configuration.tables.count || reach != .everything { state.validators = [:] }
        state.since = poll.run.date ?? poll.known?.state.since ?? poll.now
        // What stood in no table may stand there when the register tells it again.
        if isUnfinished || takers.contains(where: { !$0.rejected.isEmpty && !$0.stream.tables.isEmpty }) {
            state.tellAgain(
                after: poll.known?.state, reach, configuration.streams.compactMap(\.request?.incremental?.everythingEvery).min())
        }
        // A list that moved may come again byte by byte, and then it is whole.
        let isWhole = reach == .everything && !isUnfinished
        let cursor = RequestCursor(meaning: meaning, content: isWhole ? digest.finish() : nil, state: state)
        if poll.isCurrent, isSameClaim, isNothingNew || cursor.content != nil && cursor.content == poll.known?.content {
            return .unchanged(cursor: cursor.description)
        }
        return .read(try gather(takers, into: reading, cursor: cursor, isUnfinished: isUnfinished, on: today))
    }

    /// What takes the records of a group.
    private func takers(
        of streams: [StreamMapping], after earlier: [any RecordTaking], _ sets: GatheredRecordSets, dates: DateFormat,
        _ tables: [LookupTable]
    ) throws(ReadFailure) -> [RecordTaker] {
        var takers: [RecordTaker] = []
        for stream in streams {
            let all = earlier + takers.map(\.stream)
            let number = UInt16(clamping: all.count { $0.stream.kind == stream.kind })
            let taker = try stream.taker(sets, number: number, configuration, dates: dates, counting: "item", tables: tables)
            // The same record may have changed while its list was handed out.
            taker.stream.isLastTaken = stream.request?.incremental != nil
            takers.append(taker)
        }
        return takers
    }

    /// Puts together what all streams told.
    ///
    /// - Parameter isUnfinished: a list moved while it was read, so some of it may not have been told.
    private func gather(
        _ takers: [any RecordTaking], into told: Reading, cursor: RequestCursor, isUnfinished: Bool, on today: LocalDate
    ) throws(ReadFailure) -> Reading {
        var reading = told
        reading.rows = takers.reduce(0) { $0 + max($1.count, $1.rejected.count) }
        let rejected = takers.reduce(0) { $0 + $1.rejected.count }
        if Connector.isFlooded(rejected, of: reading.rows), let first = takers.compactMap(\.rejected.first).first {
            throw ReadFailure(
                .flooded, file: first.file,
                "\(rejected) of \(reading.rows) items were not understood; "
                    + "the first is number \(first.line) of \(first.file): \(first.reason)")
        }
        reading.files = Dictionary(takers.map { ($0.stream.kind, [$0.stream.file]) }, uniquingKeysWith: +)
        for taker in takers { taker.hand(to: &reading) }
        if !isUnfinished, let declared = configuration.coverage(on: today) { reading.coverage.append(declared) }
        reading.settleCoverage(readsAbsences: configuration.readsAbsences)
        reading.cursor = cursor.description
        return reading
    }

    private func take(_ item: UnsafeBufferPointer<UInt8>, _ number: Int, _ taker: RecordTaker) throws(ReadFailure) {
        if !taker.take(item, number: number) {
            var digest = FileDigest()
            digest.absorb(UnsafeRawBufferPointer(item))
            digest.endPart()
            taker.stream.refuse(RejectedRow(.malformed, digest.finish(), number, of: taker.stream.stream))
        }
        guard taker.stream.rejectedLength <= Connector.rejectedBytes else {
            throw ReadFailure(
                .flooded, file: taker.stream.stream.file,
                "\(taker.stream.rejected.count) items were not understood, more than can be kept; the first: "
                    + (taker.stream.rejected.first?.reason ?? ""))
        }
    }

    /// What is kept of the rejected items of a stream, in bytes.
    private static var rejectedBytes: Int { 64 << 20 }

    // MARK: - What is asked beside the lists

    /// What is only looked up in, read whole.
    private func tables(
        _ poll: Poll, _ first: (name: String, answer: WebAnswer)?, _ digest: inout FileDigest, _ state: inout RequestCursor.State,
        step: () throws -> Void
    ) throws -> [LookupTable] {
        var tables: [LookupTable] = []
        for mapping in configuration.tables {
            guard let list = mapping.request else { continue }
            let taker = try TableTaker(
                mapping, from: list.path, dates: poll.plan.dates, clock: configuration.clock, of: configuration.tables.count)
            let name = Connector.validatorName(mapping)
            let outcome = try StreamPages(run: poll.run, plan: list, parameters: []).read(
                first: first.flatMap { $0.name == name ? $0.answer : nil },
                page: { page in page.withUnsafeBytes { digest.absorb($0) } },
                item: { item, number in
                    if try !taker.take(item, number: number) { taker.refuse(number: number) }
                },
                unreadable: { _, _, number in taker.refuse(number: number) }, step: step)
            digest.endPart()
            state.validators[name] = outcome.validator
            tables.append(taker.table)
        }
        return tables
    }

    /// A stream may have the same name.
    private static func validatorName(_ table: TableMapping) -> String { "table \(table.name)" }

    /// Asks for the first pages of all lists, as long as they are what they were.
    ///
    /// - Returns: the first that is another; nil where none is, and where they cannot be known again.
    private func changed(
        _ poll: Poll, _ validators: [String: RequestCursor.Validator], step: () throws -> Void
    ) throws -> (name: String, answer: WebAnswer)? {
        var lists = poll.run.settings.groups.filter { !$0.streams(.everything).isEmpty }.map { (name: $0.name, plan: $0.request.list) }
        for table in configuration.tables {
            if let list = table.request { lists.append((Connector.validatorName(table), list)) }
        }
        guard lists.allSatisfy({ validators[$0.name] != nil }) else { return nil }
        for list in lists {
            guard let validator = validators[list.name] else { continue }
            let pages = StreamPages(run: poll.run, plan: list.plan, parameters: [])
            if let answer = try pages.first(validator, step: step) { return (list.name, answer) }
        }
        return nil
    }

    /// The versions that there are now, asked before anything else: what comes later is told again next time.
    ///
    /// - Parameter reach: where what it asks for may have expired.
    private func versions(of run: RequestRun, _ reach: Reach = .everything, step: () throws -> Void) throws -> [String: String] {
        var versions: [String: String] = [:]
        for stream in configuration.streams {
            guard case .version(let plan)? = stream.request?.incremental?.way, versions[plan.question] == nil else { continue }
            let url = run.settings.location.url(plan.path, [])
            let answer = try run.ask("GET", url, path: plan.path, step: step)
            if reach != .everything, stream.request?.incremental?.expired.contains(answer.status) == true { throw StreamPages.Expired() }
            guard answer.status == 200 else { throw run.failure(StreamPages.sentence(answer.status), path: plan.path) }
            if let problem = answer.problemWithBody { throw run.failure(problem, path: plan.path) }
            guard let version = plan.place.text(in: answer.body), version.utf8.count <= 100 else {
                throw run.failure("the answer has no version where version.now.at says", path: plan.path)
            }
            versions[plan.question] = version
        }
        return versions
    }

    private func deletes(
        _ poll: Poll, _ reach: Reach, _ versions: [String: String], _ reading: inout Reading, _ isNothingNew: inout Bool,
        step: () throws -> Void
    ) throws {
        var asked: [(signature: [Digest], kind: RecordKind)] = []
        for stream in configuration.streams {
            guard let incremental = stream.request?.incremental, let deletes = stream.request?.deletes else { continue }
            guard !asked.contains(where: { $0.kind == stream.kind && $0.signature == deletes.list.signature }) else { continue }
            asked.append((deletes.list.signature, stream.kind))
            guard let parameters = deletes.way.parameters(reach, now: versions) else { continue }
            let pages = StreamPages(run: poll.run, plan: deletes.list, parameters: parameters, expired: incremental.expired)
            var keys: Set<String> = []
            _ = try pages.read(
                isEmptyWithoutList: true, page: { _ in },
                item: { item, _ in
                    guard let key = deletes.key(of: item) else {
                        throw poll.run.failure(
                            "an item of the feed of deletes has no key where deletes.key says", path: deletes.list.path)
                    }
                    keys.insert(key)
                    for suffix in deletes.suffixes { keys.insert(key + suffix) }
                },
                unreadable: { _, _, _ in
                    throw poll.run.failure("an item of the feed of deletes cannot be read", path: deletes.list.path)
                }, step: step)
            if !keys.isEmpty { isNothingNew = false }
            reading.deleted[stream.kind, default: []].formUnion(keys)
        }
    }
}

extension DeletesPlan {
    /// The key that an item names; nil where it names none.
    func key(of item: UnsafeBufferPointer<UInt8>) -> String? {
        guard var json = try? JSON.parse(item) else { return nil }
        for name in key.split(separator: ".") {
            guard let member = json[String(name)] else { return nil }
            json = member
        }
        return json.scalarText.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension RejectedRow {
    /// An item that is no record; `line` is its number in the whole list.
    init(_ fault: ItemFault, _ content: SiltaCore.Digest, _ number: Int, of stream: StreamMapping) {
        let reason =
            switch fault {
            case .overlong: "the item is longer than \(JSONItems.itemLimit) bytes"
            case .malformed: "the item is no JSON object, or none that is well formed"
            case .noList: "there is no list in the item where each says, and one should stand there"
            case .overfull: "the list in the item has too many elements"
            }
        self.init(
            kind: stream.kind, file: stream.file, line: Int32(clamping: number), key: nil, reason: reason, fields: [], digest: content)
    }
}
