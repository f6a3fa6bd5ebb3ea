import Foundation
import SiltaCore

/// Delivers to one recipient at its own pace: a recipient that is slow or dead holds up no other.
struct DeliveryService: Sendable {
    let desk: ProviderDesk
    let recipient: RecipientID
    let transfer: @Sendable (DeliveryEndpoint) -> Courier

    /// Looks again at least so often, and not more often than the shorter where something is due that cannot go.
    fileprivate static let longestWait = Duration.seconds(300)
    fileprivate static let shortestWait = Duration.seconds(30)

    func run() async {
        while !desk.stop.isAsked, !Task.isCancelled {
            let rings = desk.deliveryBell.rings
            do {
                let attempts = try await desk.beginAttempts(to: recipient)
                guard attempts.isEmpty else {
                    await send(attempts)
                    continue
                }
                await desk.deliveryBell.wait(since: rings, atMost: try await desk.pause(before: recipient))
            } catch {
                await desk.deliveryBell.wait(since: rings, atMost: DeliveryService.shortestWait)
            }
        }
    }

    private func send(_ attempts: [OpenAttempt]) async {
        let courier: Courier
        if let endpoint = await desk.plan.endpoints[recipient] {
            courier = transfer(endpoint)
        } else {
            courier = noCourier
        }
        let endings = await OpenAttempt.carry(attempts, by: courier)
        // How it ended must come into the log: where the desk cannot work now, it is kept until it can.
        while true {
            do {
                try await desk.endAttempts(endings)
                return
            } catch {
                guard !desk.stop.isAsked, !Task.isCancelled else { return }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}

extension ProviderDesk {
    /// How long there is nothing to send to a recipient, as far as is known now.
    fileprivate func pause(before recipient: RecipientID) throws -> Duration {
        try attempt { bridge in
            switch try bridge.turn(of: recipient) {
            case .now: DeliveryService.shortestWait
            case .at(let instant): min(max(instant - bridge.ambient.now(), .milliseconds(100)), DeliveryService.longestWait)
            case .unknown: DeliveryService.longestWait
            }
        }
    }
}
