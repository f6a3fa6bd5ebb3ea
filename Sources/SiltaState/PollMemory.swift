import Foundation
import GRDB
import SiltaCore
import SiltaFormats

/// Keeps the last completed poll of each source, and whether another like it would change nothing.
///
/// A poll of a source is compared with that source's account of each pupil, and with the enrolments and names that anyone has told
/// of. Whatever else changes one of these disturbs the memory.
struct PollMemory {
    private let database: Database
    /// Claims of polls that have not completed yet.
    private var claims: [SourceID: [Coverage]] = [:]
    /// What has been disturbed already and has not completed since.
    private var isAllDisturbed = false
    private var disturbed: Set<SourceID> = []

    init(_ database: Database) {
        self.database = database
    }

    mutating func note(_ event: SourceEvent, of source: SourceID) throws {
        switch event {
        case .pollCovered(let told):
            claims[source] = try earlierClaims(of: source) + told
        case .pollCompleted(var poll):
            poll.coverage = try earlierClaims(of: source) + poll.coverage
            claims[source] = []
            try database.cachedStatement(
                sql: """
                    INSERT INTO poll VALUES (?, ?, NULL, 1)
                    ON CONFLICT DO UPDATE SET completed = excluded.completed, claims = NULL, is_undisturbed = 1
                    """
            ).execute(arguments: [source.rawValue, Data(poll.json.bytes)])
            isAllDisturbed = false
            disturbed.remove(source)
        case .pollFailed, .pollHeld, .timetableRecorded, .timetableWithdrawn: try disturb(source)
        case .pollAccepted, .rowsDropped, .rowsRetried, .rowsAged: break
        }
    }

    mutating func note(_ event: PupilEvent) throws {
        switch event {
        case .identified, .enrolmentsRecorded, .enrolmentsEnded, .merged, .split: try disturbAll()
        case .absencesRecorded(let source, _), .absencesReclassified(let source, _), .absencesRetimed(let source, _),
            .absencesWithdrawn(let source, _), .offeredRecorded(let source, _), .offeredWithdrawn(let source, _),
            .consentsRecorded(let source, _), .consentsLapsed(let source, _, _):
            try disturb(source)
        case .consentGiven, .consentRefused, .tierReached, .tierCorrected: break
        }
    }

    func finish() throws {
        for (source, claims) in claims where !claims.isEmpty {
            try database.cachedStatement(
                sql: "INSERT INTO poll VALUES (?, NULL, ?, 0) ON CONFLICT DO UPDATE SET claims = excluded.claims"
            ).execute(arguments: [source.rawValue, Data(claims.json.bytes)])
        }
    }

    /// The last completed poll, where nothing has disturbed it since.
    static func undisturbed(_ source: SourceID, in database: Database) throws -> PollCompleted? {
        let statement = try database.cachedStatement(sql: "SELECT completed FROM poll WHERE source = ? AND is_undisturbed")
        return try Data.fetchOne(statement, arguments: [source.rawValue]).map(StateRows.decode)
    }

    private func earlierClaims(of source: SourceID) throws -> [Coverage] {
        if let claims = claims[source] { return claims }
        let statement = try database.cachedStatement(sql: "SELECT claims FROM poll WHERE source = ? AND claims IS NOT NULL")
        return try Data.fetchOne(statement, arguments: [source.rawValue]).map(StateRows.decode) ?? []
    }

    private mutating func disturbAll() throws {
        guard !isAllDisturbed else { return }
        try database.cachedStatement(sql: "UPDATE poll SET is_undisturbed = 0").execute()
        isAllDisturbed = true
    }

    private mutating func disturb(_ source: SourceID) throws {
        guard !isAllDisturbed, disturbed.insert(source).inserted else { return }
        try database.cachedStatement(sql: "UPDATE poll SET is_undisturbed = 0 WHERE source = ?").execute(arguments: [source.rawValue])
    }
}
