import Foundation
import GRDB
import SiltaCore
import SiltaFormats

/// Values as rows, so that equal values are equal bytes.
enum StateRows {
    static func provider(_ database: Database) throws -> Provider {
        guard let json = try Data.fetchOne(database.cachedStatement(sql: "SELECT json FROM provider")) else { return Provider() }
        var provider: Provider = try decode(json)
        let rows = try Row.fetchCursor(database.cachedStatement(sql: "SELECT source, json FROM timetable ORDER BY source"))
        var told: [SourceID: [GroupOffered]] = [:]
        while let row = try rows.next() { told[SourceID(row["source"]), default: []].append(try decode(row["json"])) }
        for (source, minutes) in told { provider.restore(minutes, of: source) }
        provider.restore(try merges(database))
        return provider
    }

    private static func merges(_ database: Database) throws -> Merges {
        var survivors: [PupilID: PupilID] = [:]
        var apart: [(PupilID, PupilID)] = []
        let rows = try Row.fetchCursor(database.cachedStatement(sql: "SELECT pupil, other, is_apart FROM merged"))
        while let row = try rows.next() {
            let (pupil, other) = (try pupilID(row, at: 0), try pupilID(row, at: 1))
            let isApart: Bool = row["is_apart"]
            if isApart { apart.append((pupil, other)) } else { survivors[pupil] = other }
        }
        return Merges(survivors: survivors, apart: apart)
    }

    static func store(_ merges: Merges, in database: Database) throws {
        try database.execute(sql: "DELETE FROM merged")
        let statement = try database.cachedStatement(sql: "INSERT INTO merged VALUES (?, ?, ?)")
        for (pupil, survivor) in merges.survivors { try statement.execute(arguments: [pupil.bytes, survivor.bytes, 0]) }
        for (pupil, others) in merges.apart {
            for other in others where pupil < other { try statement.execute(arguments: [pupil.bytes, other.bytes, 1]) }
        }
    }

    static func record(_ minutes: [GroupOffered], of source: SourceID, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO timetable VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json")
        for minutes in minutes {
            try statement.execute(arguments: [source.rawValue, minutes.offered.key.rawValue, Data(minutes.json.bytes)])
        }
    }

    static func withdraw(_ keys: [OfferedKey], of source: SourceID, in database: Database) throws {
        let statement = try database.cachedStatement(sql: "DELETE FROM timetable WHERE source = ? AND key = ?")
        for key in keys { try statement.execute(arguments: [source.rawValue, key.rawValue]) }
    }

    static func pupil(_ id: PupilID, in database: Database) throws -> Pupil? {
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT row FROM pupil WHERE id = ?"), arguments: [id.bytes])
        return try rows.next().map { try pupil(id, $0, at: 0) }
    }

    static func pupil(_ id: PupilID, _ row: Row, at index: Int) throws -> Pupil {
        try row.withUnsafeData(atIndex: index) { data in
            try (data ?? Data()).withUnsafeBytes { bytes in try PupilFormat.pupil(id, bytes) }
        }
    }

    static func pupilID(_ row: Row, at index: Int) throws -> PupilID {
        guard let id = try row.withUnsafeData(atIndex: index, { $0.flatMap { PupilID(bytes: $0) } }) else { throw RowReader.malformed }
        return id
    }

    static func referral(_ id: NoticeID, in database: Database) throws -> Referral? {
        try Data.fetchOne(database.cachedStatement(sql: "SELECT json FROM notice WHERE id = ?"), arguments: [id.description]).map(decode)
    }

    static func decode<Value: JSONConvertible>(_ data: Data) throws -> Value {
        try Value(json: JSON.parse(data))
    }

    static func store(_ provider: Provider, in database: Database) throws {
        try database.cachedStatement(sql: "INSERT INTO provider VALUES (1, ?) ON CONFLICT DO UPDATE SET json = excluded.json")
            .execute(arguments: [Data(provider.json.bytes)])
    }

    static func store(_ pupil: Pupil, in database: Database) throws {
        try database.cachedStatement(
            sql: "INSERT INTO pupil (id, row) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET row = excluded.row"
        ).execute(arguments: [pupil.id.bytes, Data(PupilFormat.bytes(of: pupil))])
    }

    static func store(_ names: [Alias], of pupil: PupilID, in database: Database) throws {
        // The first to bear a name keeps it.
        let statement = try database.cachedStatement(sql: "INSERT INTO alias VALUES (?, ?) ON CONFLICT DO NOTHING")
        for name in names { try statement.execute(arguments: [name.name, pupil.bytes]) }
    }

    static func store(_ referral: Referral, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO notice (id, pupil, state, recipient, due, overdue, json) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, recipient = excluded.recipient, due = excluded.due,
                overdue = excluded.overdue, json = excluded.json
                """
        ).execute(arguments: [
            referral.id.description, referral.pupil.bytes, referral.stateName, referral.recipient?.rawValue,
            referral.due?.milliseconds, referral.overdue?.milliseconds, Data(referral.json.bytes),
        ])
    }
}

extension PupilID {
    /// Big-endian: in order of their bytes, they are in order.
    var bytes: Data { withUnsafeBytes(of: bits.bigEndian) { Data($0) } }

    init?(bytes: Data) {
        guard bytes.count == 16 else { return nil }
        self.init(bits: UInt128(bigEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt128.self) }))
    }
}

extension Alias {
    var name: String {
        switch self {
        case .register(let source, let key): "source/\(source)/\(key)"
        case .oppijanumero(let number): "oppijanumero/\(number)"
        case .hetu(let code): "hetu/\(code)"
        }
    }
}

extension Referral {
    /// Whether an attempt is under way comes first: after a crash these are looked for.
    fileprivate var stateName: String {
        hasOpenAttempt ? "sending" : status.name
    }

    /// From when a review gives it up.
    fileprivate var overdue: Instant? {
        guard case .ready = status, let firstReady else { return nil }
        return firstReady + rule.deadline
    }
}
