import Testing

@testable import SiltaTransfer

/// Cancellation, limits, shutdown.
@Suite struct LifecycleTests {
    @Test func `a request is cancelled while its answer is awaited`() async throws {
        try await withTransfer { transfer, server in
            let request = try server.request(.post, "/slow")
            async let failure = withThrowingTaskGroup(of: TransferFailure?.self) { group in
                group.addTask { await transfer.failure(request) }
                try await server.hasSeen(1, of: "/slow")
                group.cancelAll()
                return try await group.next() ?? nil
            }
            #expect(try await failure?.code == .cancelled)
            #expect(try await failure?.mayHaveArrived == true)
            // Nothing of it is left behind.
            #expect(try await transfer.send(server.request(.get, "/echo")).status == 200)
        }
    }

    @Test func `a request of a task that is cancelled already is not sent`() async throws {
        try await withTransfer { transfer, server in
            let request = try server.request(.post, "/echo")
            let failure = await withTaskGroup(of: TransferFailure?.self) { group in
                group.cancelAll()
                group.addTask { await transfer.failure(request) }
                return await group.next() ?? nil
            }
            #expect(failure?.code == .cancelled)
            #expect(failure?.mayHaveArrived == false)
            #expect(try server.report().connections == 0)
        }
    }

    @Test func `a request that waits for a connection can run out of time or be cancelled, and has not arrived`() async throws {
        try await withTransfer(maximumConnections: 1) { transfer, server in
            let slow = try server.request(.post, "/slow")
            try await withThrowingTaskGroup(of: TransferFailure?.self) { group in
                group.addTask { await transfer.failure(slow) }
                try await server.hasSeen(1, of: "/slow")

                var second = try server.request(.post, "/echo")
                second.timeout = .milliseconds(200)
                let timedOut = await transfer.failure(second)
                #expect(timedOut?.code == .timedOut)
                #expect(timedOut?.mayHaveArrived == false)

                let third = try server.request(.post, "/echo")
                let cancelled = await withTaskGroup(of: TransferFailure?.self) { waiting in
                    waiting.addTask { await transfer.failure(third) }
                    waiting.cancelAll()
                    return await waiting.next() ?? nil
                }
                #expect(cancelled?.code == .cancelled)
                #expect(cancelled?.mayHaveArrived == false)
                group.cancelAll()
            }
            #expect(try server.report().requests == ["/slow": 1])
            #expect(try await transfer.send(server.request(.get, "/echo")).status == 200)
        }
    }

    @Test func `time that has run out before the call is a failure`() async throws {
        try await withTransfer { transfer, server in
            for timeout in [Duration.zero, .seconds(-5)] {
                var request = try server.request(.post, "/echo")
                request.timeout = timeout
                let failure = await transfer.failure(request)
                #expect(failure?.code == .timedOut)
                #expect(failure?.mayHaveArrived == false)
            }
            #expect(try server.report().connections == 0)
        }
    }

    @Test func `more requests than the limit are refused, and there is room again afterwards`() async throws {
        try await withTransfer(maximumRequests: 2) { transfer, server in
            let slow = try server.request(.post, "/slow")
            try await withThrowingTaskGroup(of: TransferFailure?.self) { group in
                for _ in 0..<2 { group.addTask { await transfer.failure(slow) } }
                try await server.hasSeen(2, of: "/slow")
                let failure = await transfer.failure(try server.request(.get, "/echo"))
                #expect(failure?.code == .overloaded)
                #expect(failure?.mayHaveArrived == false)
                group.cancelAll()
            }
            #expect(try await transfer.send(server.request(.get, "/echo")).status == 200)
        }
    }

    @Test func `shutdown ends what is on its way and what waits, and says which may have arrived`() async throws {
        try await withTransfer(maximumConnections: 4) { transfer, server in
            let slow = try server.request(.post, "/slow")
            let failures = try await withThrowingTaskGroup(of: TransferFailure?.self) { group in
                for _ in 0..<50 { group.addTask { await transfer.failure(slow) } }
                try await server.hasSeen(4, of: "/slow")
                await transfer.shutDown()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(failures.count == 50)
            #expect(failures.allSatisfy { $0?.code == .shutDown })
            #expect(failures.filter { $0?.mayHaveArrived == true }.count == 4)

            await transfer.shutDown()
            let later = await transfer.failure(slow)
            #expect(later?.code == .shutDown)
            #expect(later?.mayHaveArrived == false)
        }
    }

    @Test func `requests, cancellations and the shutdown may come in any order, and each request is answered`() async throws {
        let server = try LocalServer()
        let seed: UInt64 = 20_261_231
        var random = Seeded(seed)
        for round in 0..<20 {
            let transfer = Transfer(userAgent: "silta/test", maximumConnections: 8)
            let requests = try (0..<40).map { _ in try server.request(.post, Bool.random(using: &random) ? "/echo" : "/slow") }
            let pauses = (0..<40).map { _ in Duration.microseconds(Int.random(in: 0...3000, using: &random)) }
            let shutDownAfter = Duration.microseconds(Int.random(in: 0...20_000, using: &random))
            let answered = await withTaskGroup(of: Bool.self) { group in
                for (request, pause) in zip(requests, pauses) {
                    group.addTask {
                        await withTaskGroup(of: Void.self) { one in
                            one.addTask { _ = await transfer.failure(request) }
                            try? await Task.sleep(for: pause)
                            if pause < .milliseconds(2) { one.cancelAll() }
                        }
                        return true
                    }
                }
                try? await Task.sleep(for: shutDownAfter)
                async let first: Void = transfer.shutDown()
                async let second: Void = transfer.shutDown()
                _ = await (first, second)
                return await group.reduce(into: 0) { count, _ in count += 1 }
            }
            #expect(answered == 40, "seed \(seed), round \(round)")
        }
    }

    @Test func `a transfer that nobody keeps ends by itself`() async throws {
        let server = try LocalServer()
        weak var mailbox: Mailbox?
        do {
            let transfer = Transfer(userAgent: "silta/test")
            #expect(try await transfer.send(server.request(.get, "/echo")).status == 200)
            mailbox = transfer.mailbox
        }
        // The thread is the last to hold it.
        while mailbox != nil { try await Task.sleep(for: .milliseconds(10)) }
    }
}
