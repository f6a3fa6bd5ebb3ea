import SiltaConfiguration
import SiltaConnectors
import SiltaCore
import SiltaDaemon
import SiltaSystemd

extension Installation {
    /// What a connector needs that no source names.
    var programHost: ProgramHost {
        let credentials = credentials
        return ProgramHost(
            secret: { reference in
                do { return try credentials.text(of: reference) } catch let error as UsageError { throw Failure(error.sentence) }
            },
            tell: { line in
                if line.level <= .warning { StandardError.complain(line.text) }
            })
    }

    /// What a source's connector needs where it is a program.
    ///
    /// - Parameter played: the moment that it is said to be; nil for the real one.
    func programHost(
        of source: SourceConfiguration, _ provider: ProviderConfiguration, played: Instant?
    ) throws -> ProgramHost {
        let ambient = Ambient.system(timezone: try timezone(of: provider))
        let credentials = credentials
        return ProgramHost(deadline: source.deadline, today: { ambient.date(played ?? ambient.now()) }, disk: stateFolder) { reference in
            do { return try credentials.text(of: reference) } catch let error as UsageError { throw Failure(error.sentence) }
        } tell: { [journal, source = source.id.rawValue, provider = provider.id] line in
            guard let journal else {
                if line.level <= .warning { StandardError.complain("\(provider): \(source): \(line.text)") }
                return
            }
            let fields: KeyValuePairs = ["provider": provider, "source": source]
            journal.record(JournalLine(line.level.priority, "the connector says: \(line.text)", messageID: .connectorLine, fields: fields))
        }
    }
}

extension MessageID {
    /// What a program wrote to its standard error.
    fileprivate static let connectorLine = MessageID(0x5b6f2f0e6d2f4d0f9c1d5f1c7a3e0a25)
}

extension ProgramHost.Line.Level {
    fileprivate var priority: JournalLine.Priority {
        switch self {
        case .error: .error
        case .warning: .warning
        case .info: .info
        case .debug: .debug
        }
    }
}
