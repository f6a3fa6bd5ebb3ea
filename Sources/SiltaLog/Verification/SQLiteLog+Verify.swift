import GRDB
public import SiltaProof

extension SQLiteLog {
    public func verify(
        trust: CheckpointTrust?, witnessed: [SignedNote], progress: (_ done: Int64, _ total: Int64) -> Void
    ) throws(LogFailure) -> Verification {
        var audit = LogAudit(trust: trust, witnessed: witnessed)
        do {
            // What is appended from here on is not looked at: the log is checked as it is now.
            let size = try file.read { db in try LogTip.size(db) }
            while audit.finding == nil, audit.entries.next < size {
                try file.read { db in try audit.checkEntries(db, before: size) }
                progress(audit.entries.next, size)
            }
            try file.read { db in try audit.checkStreams(db) }
            if audit.finding == nil { try file.read { db in try audit.checkRest(db) } }
        } catch let failure where failure.code == .corrupt {
            audit.stopped(by: failure)
        }
        return audit.result
    }
}
