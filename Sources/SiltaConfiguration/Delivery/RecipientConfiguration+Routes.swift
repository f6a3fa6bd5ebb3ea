public import SiltaCore

extension RecipientConfiguration {
    /// The way to this recipient, as the rules know it.
    public var route: Route {
        Route(
            recipient: id, name: name, services: services, schools: schools, municipalities: municipalities, valid: valid,
            url: delivery.url.text)
    }
}

extension Sequence<RecipientConfiguration> {
    /// The ways of notices, in the order of the file.
    public var routes: [Route] { map(\.route) }
}

extension RecipientConfiguration {
    /// - Throws: Where two recipients could both get one notice.
    static func checkThatNoticesHaveOneWay(_ recipients: [RecipientConfiguration]) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        for (index, later) in recipients.enumerated() {
            for earlier in recipients[..<index] {
                guard let service = earlier.services.intersection(later.services).min(), earlier.overlaps(later) else { continue }
                problems.append(
                    later.setting.problem(
                        "notices for \(service) would go both here and to \"\(earlier.id)\" on line \(earlier.setting.line); "
                            + "give the two different schools or municipalities, or valid dates that do not overlap"))
            }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
    }

    /// Both by school or both by home, with something in common in all that both are routed by, on some day.
    private func overlaps(_ other: RecipientConfiguration) -> Bool {
        let bySchool = schools.flatMap { mine in other.schools.map { mine.overlaps($0) } }
        let byHome = municipalities.flatMap { mine in other.municipalities.map { !mine.isDisjoint(with: $0) } }
        let common = [bySchool, byHome].compactMap(\.self)
        return !common.isEmpty && common.allSatisfy(\.self) && isValidWhile(other)
    }

    private func isValidWhile(_ other: RecipientConfiguration) -> Bool {
        guard let mine = valid, let theirs = other.valid else { return true }
        return (mine.through.map { theirs.from <= $0 } ?? true) && (theirs.through.map { mine.from <= $0 } ?? true)
    }
}

extension Route.Schools {
    fileprivate func overlaps(_ other: Route.Schools) -> Bool {
        switch (self, other) {
        case (.listed(let mine), .listed(let theirs)): !mine.isDisjoint(with: theirs)
        default: true
        }
    }
}
