import Foundation
import GRDB
import SiltaCore
import SiltaFormats

/// Values as rows. Each is stored as its JSON, so that it can be looked at, and so that equal values are equal bytes.
enum StateRows {
    static func provider(_ database: Database) throws -> Provider {
        guard let json = try Data.fetchOne(database.cachedStatement(sql: "SELECT json FROM provider")) else { return Provider() }
        return try decode(json)
    }

    static func pupil(_ id: PupilID, in database: Database) throws -> Pupil? {
        try Data.fetchOne(database.cachedStatement(sql: "SELECT json FROM pupil WHERE id = ?"), arguments: [id.description]).map(decode)
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
        try database.cachedStatement(sql: "INSERT INTO pupil VALUES (?, ?) ON CONFLICT DO UPDATE SET json = excluded.json")
            .execute(arguments: [pupil.id.description, Data(pupil.json.bytes)])
    }

    static func store(_ names: [Alias], of pupil: PupilID, in database: Database) throws {
        // The first to bear a name keeps it.
        let statement = try database.cachedStatement(sql: "INSERT INTO alias VALUES (?, ?) ON CONFLICT DO NOTHING")
        for name in names { try statement.execute(arguments: [name.name, pupil.description]) }
    }

    static func store(_ referral: Referral, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO notice VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET state = excluded.state, recipient = excluded.recipient, due = excluded.due, json = excluded.json
                """
        ).execute(arguments: [
            referral.id.description, referral.pupil.description, referral.stateName, referral.recipient?.rawValue,
            referral.due?.milliseconds,
            Data(referral.json.bytes),
        ])
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
}
