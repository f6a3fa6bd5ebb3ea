import SiltaConfiguration
import SiltaCore
import SiltaDaemon
import SiltaFormats

extension Installation {
    /// What the daemon is to do for a provider, with every file that it names read.
    func plan(for provider: ProviderConfiguration) throws -> ProviderPlan {
        let ambient = Ambient.system(timezone: try timezone(of: provider))
        var endpoints: [RecipientID: DeliveryEndpoint] = [:]
        for recipient in provider.recipients { endpoints[recipient.id] = try endpoint(recipient, isConfined: false) }
        return ProviderPlan(
            sender: .init(id: provider.id, name: provider.name), wanted: try wanted(by: provider), rules: provider.disclosureRules,
            date: ambient.date,
            sources: try provider.sources.map { .init(source: try source($0, of: provider), every: $0.every, deadline: $0.deadline) },
            endpoints: endpoints)
    }

    /// Every provider, as the daemon begins with it.
    func daemonProviders() throws -> [Daemon.Provider] {
        try configuration.providers.map { provider in
            _ = try credentials.key(provider.masterKey)
            _ = try signer(of: provider)
            return Daemon.Provider(
                id: provider.id, folder: ProviderFiles(provider, in: self).folder, plan: try plan(for: provider)
            ) { inFlight, step in
                let bridge = try OpenProvider(provider, in: self, clock: .real, keeping: inFlight, step: step).bridge
                try bridge.begin(isPlayed: false)
                return bridge
            }
        }
    }
}
