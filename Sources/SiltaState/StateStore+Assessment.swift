import GRDB
public import SiltaCore

/// Who is to be assessed. That somebody is stays known over a crash; a state that is made again is to be assessed as a whole.
extension StateStore {
    /// Has everyone assessed where what decides beside the pupils is not what it was, and whoever has a notice that is overdue.
    ///
    /// - Parameter circumstances: all that decides beside the pupils, as one text.
    public func require(assessmentUnder circumstances: String, overdueAt now: Instant) throws(StateFailure) {
        let (isSame, isOverdue) = try read { database in
            let last = try String.fetchOne(database.cachedStatement(sql: "SELECT circumstances FROM assessed"))
            let overdue = try database.cachedStatement(sql: "SELECT 1 FROM notice WHERE overdue < ? LIMIT 1")
            return (last == circumstances, try Int.fetchOne(overdue, arguments: [now.milliseconds]) != nil)
        }
        guard !isSame || isOverdue else { return }
        try write { database in
            if isOverdue {
                try database.execute(
                    sql: "INSERT INTO unassessed SELECT DISTINCT pupil FROM notice WHERE overdue < ? ON CONFLICT DO NOTHING",
                    arguments: [now.milliseconds])
            }
            guard !isSame else { return }
            try database.execute(sql: "INSERT INTO unassessed SELECT id FROM pupil WHERE true ON CONFLICT DO NOTHING")
            try database.execute(
                sql: "INSERT INTO assessed VALUES (1, ?) ON CONFLICT DO UPDATE SET circumstances = excluded.circumstances",
                arguments: [circumstances])
        }
    }

    /// Some of those who are to be assessed, in order of their ids.
    public func unassessed(limit: Int) throws(StateFailure) -> [PupilID] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(sql: "SELECT pupil FROM unassessed ORDER BY pupil LIMIT ?"), arguments: [limit])
            return try Array(rows.map { try StateRows.pupilID($0, at: 0) })
        }
    }

    /// These have been assessed, and what followed is in the state.
    public func settle(assessmentOf pupils: [PupilID]) throws(StateFailure) {
        guard !pupils.isEmpty else { return }
        try write { database in
            let statement = try database.cachedStatement(sql: "DELETE FROM unassessed WHERE pupil = ?")
            for pupil in pupils { try statement.execute(arguments: [pupil.bytes]) }
        }
    }
}
