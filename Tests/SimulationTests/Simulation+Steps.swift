import SiltaCore
import SiltaDaemon
import SiltaState
import SiltaTesting

extension Simulation {
    func step() async throws {
        if isStubborn, random.chance(60) {
            try await persist()
            return
        }
        switch random.number(0...99) {
        case 0..<18: passTime()
        case 18..<22: jump()
        case 22..<38: changeRegister()
        case 38..<52: try await poll()
        case 52..<60: try await assess()
        case 60..<76: try await deliver()
        case 76..<80:
            try await poll()
            try await assess()
            try await deliver()
        case 80..<90: try await person()
        case 90..<94: try await changeWanted()
        case 94..<98: changeMood()
        default:
            note("restarts")
            try restart()
        }
    }

    // MARK: - The world moves

    private func passTime() {
        let hours = random.number(0...3) == 0 ? random.number(24...72) : random.number(0...30)
        machine.advance(by: .seconds(hours * 3600 + random.number(1...3600)))
        register.mark(through: machine.moment.today, in: wanted.calendar.value, &random)
        note("time passes")
    }

    private func jump() {
        let minutes = random.pick([1, 30, 600, 3000, 20_000])
        machine.advance(by: .seconds((random.chance(60) ? -1 : 1) * random.number(1...minutes) * 60))
        note("the clock jumps")
    }

    private func changeRegister() {
        for _ in 0..<random.number(1...3) {
            let what = register.change(today: machine.moment.today, in: wanted.calendar.value, &random)
            note("register: \(what)")
        }
    }

    private func changeMood() {
        let recipient = random.pick(Setting.recipients)
        let mood = random.chance(35) ? .well : random.pick(Recipients.Mood.allCases)
        recipients.set(mood, of: recipient)
        note("\(recipient) is \(mood)")
    }

    /// Recipients that cannot be reached, and a daemon that does not give up.
    private func persist() async throws {
        switch random.number(0...9) {
        case 0...5:
            for _ in 0..<random.number(1...4) {
                machine.advance(by: .seconds(random.pick([-600, 6, 70, 400, 2200, 8700, 22_000, 44_000, 61_000, 90_000])))
                try await deliver()
            }
        case 6:
            if random.chance(70) { changeMood() } else { try await exhaust() }
        case 7: random.chance(75) ? try await changeWanted() : try await exchangeServices()
        case 8:
            changeRegister()
            try await poll()
        default:
            guard let failed = judge.notices.values.filter(\.hasFailed).map(\.id).min(), random.chance(70) else {
                try await person()
                return
            }
            for recipient in Setting.recipients where random.chance(50) { recipients.set(random.pick([.flaky, .down]), of: recipient) }
            try await retry(failed)
            try await deliver()
        }
    }

    // MARK: - The daemon works

    func poll(isHealthy: Bool = false) async throws {
        if !isHealthy, random.chance(6) {
            try await call("poll fails") { bridge in
                _ = try bridge.poll(Source(id: Setting.source) { () -> Reading in throw PollFailure("the folder cannot be read") })
            }
            return
        }
        let today = machine.moment.today
        let (reading, faults) = export(today: today, isHealthy: isHealthy)
        judge.staged = .init(reading: reading, today: today)
        let limits = setting.limits
        var result: PollResult?
        let isDone = try await call("poll \(faults)") { bridge in
            result = try bridge.poll(
                Source(id: Setting.source, limits: limits) { cursor, _ in
                    if let cursor, cursor.isCurrent, cursor.text == reading.cursor {
                        .unchanged(cursor: cursor.text)
                    } else {
                        .read(reading)
                    }
                })
        }
        judge.staged = nil
        guard isDone else { return }
        note("poll: \(result.map { "\($0)" } ?? "")")
        if case .completed = result { try judge.requireQuarantine(bridge, lined: reading.complete) }
    }

    /// What the register tells now, or the very export that it told before: then the source says so, if it is asked.
    private func export(today: LocalDate, isHealthy: Bool) -> (Reading, faults: String) {
        if !isHealthy, random.chance(30), let lastExport { return (lastExport, "of the same export") }
        var (reading, faults) = register.export(today: today, isHealthy: isHealthy, &random)
        exports += 1
        reading.cursor = "export \(exports)"
        lastExport = reading
        return (reading, faults)
    }

    func assess() async throws {
        let slice = random.pick([1, 3, 1000])
        guard try await call("assess", { bridge in while try bridge.assess(upTo: slice) == slice {} }) else { return }
        try judge.requireAssessed(bridge, at: machine.moment)
    }

    func deliver() async throws {
        let started = machine.now
        judge.takenBack = []
        let recipients = recipients
        var counts: DeliveryCounts?
        let isDone = try await call("deliver") { counts = try await $0.deliver { recipients.carry($0) } }
        guard isDone else { return }
        note("deliver: \(counts.map { "\($0)" } ?? "")")
        try judge.requireTried(bridge, started: started, at: machine.moment)
    }

    func adopt() async throws {
        let wanted = wanted
        try await call(
            "adopts \(wanted.policy.digest.rawValue.suffix(1)) \(wanted.routes.digest.rawValue.suffix(1)) \(wanted.isDisclosureOpen)"
        ) {
            try $0.adopt(wanted)
        }
    }

    private func changeWanted() async throws {
        switch random.number(0...9) {
        case 0...4: wanted.isDisclosureOpen.toggle()
        case 5, 6: wanted.policy = random.pick(setting.policies)
        case 7: wanted.calendar = random.pick(setting.years)
        case 8:
            // The first recipient's address moves, to and fro.
            wanted.routes = setting.routes[wanted.routes.digest == setting.routes[0].digest ? 4 : 0]
        default: wanted.routes = random.pick(setting.routes)
        }
        try await adopt()
    }

    /// Tries one another's attempts out, as far as the schedule goes: an address that moves keeps the circuit breaker from ending it.
    private func exhaust() async throws {
        for recipient in Setting.recipients { recipients.set(.down, of: recipient) }
        for _ in 0..<11 {
            let waits = judge.notices.values.compactMap { $0.status == .ready ? $0.referral?.notBefore : nil }
            machine.set(max(machine.now, waits.min() ?? machine.now) + .seconds(1))
            if random.chance(40) {
                wanted.routes = setting.routes[wanted.routes.digest == setting.routes[0].digest ? 4 : 0]
                try await adopt()
            }
            if random.chance(30) { try await poll(isHealthy: true) }
            try await deliver()
        }
    }

    /// The recipients exchange their services, and every consent is given to the other.
    private func exchangeServices() async throws {
        wanted.routes = setting.routes[wanted.routes.digest == setting.routes[0].digest ? 6 : 0]
        try await adopt()
        register.exchangeRecipients()
        try await poll(isHealthy: true)
        try await deliver()
    }

    // MARK: - People

    private func person() async throws {
        let pupils = judge.knowledge.people.keys.sorted()
        let notices = judge.notices.keys.sorted()
        guard let pupil = pupils.randomElement(using: &random) else { return }
        let notice = notices.randomElement(using: &random)
        let today = machine.moment.today
        switch random.number(0...9) {
        case 0, 1:
            var consent = register.consent(random.number(0...1), day: today.adding(days: -random.number(0...2)), &random)
            // A person may enter what the register tells as well, under the same key.
            let told = judge.knowledge.people[pupil]?.consents.values.map(\.record).sorted { $0.key < $1.key } ?? []
            if random.chance(60), let same = told.randomElement(using: &random) { consent = same }
            try await call("\(consent.key) is given") { try $0.give(consent, of: pupil, by: .person("opo")) }
        case 2, 3:
            let number = random.number(0...1)
            let person = judge.knowledge.people[pupil]
            let given =
                ((person?.consents.values.map(\.record.given) ?? []) + (person?.entered.values.map(\.given) ?? [])).sorted() + [today]
            let refusal = Refusal(
                purpose: Setting.purposes[number],
                recipient: random.chance(80) ? Setting.recipients[number] : Setting.recipients[1 - number],
                on: given.randomElement(using: &random) ?? today)
            try await call("consent of \(pupil) for \(refusal.purpose) is withdrawn") {
                try $0.refuse(refusal, of: pupil, by: .person("opo"))
            }
        case 4: try await call("source accepted") { try $0.accept(Setting.source, by: .person("it")) }
        case 5...7:
            let held = judge.notices.values.filter { $0.rule.release == .byPerson }.map(\.id).sorted()
            guard let id = held.randomElement(using: &random) ?? notice else { return }
            try await ask("release \(id)") { try $0.release(id, by: .person("rehtori")) }
        case 8: if let notice { try await ask("cancel \(notice)") { try $0.cancel(notice, by: .person("rehtori")) } }
        default:
            if let notice { try await retry(notice) }
        }
    }

    /// One that has failed, where there is one.
    private func retry(_ other: NoticeID) async throws {
        let failed = judge.notices.values.filter(\.hasFailed).map(\.id).sorted()
        let id = failed.randomElement(using: &random) ?? other
        try await ask("retry \(id)") { try $0.retry(id, by: .person("it")) }
    }

    /// What may be refused.
    func ask(_ name: String, _ body: (Bridge) async throws -> Void) async throws {
        try await call(name) { bridge in
            do { try await body(bridge) } catch is NoticeRejection {} catch is NoSuch {}
        }
    }
}
