import SiltaCore

/// A pupil as one row of the state: binary, so that a year's marks are read in microseconds.
///
/// The first byte is the version. Numbers are LEB128, signed ones zigzag before that; a text is its count of bytes and UTF-8; a
/// list is its count and its elements; what may be missing is 0, or 1 and the value. Then follow
///
///     aliases       kind (0 register, 1 oppijanumero, 2 hetu), source of a register's, name
///     accounts      source, enrolments, marks, offered minutes, consents
///     entered consents, refusals, reached tier
///
/// Marks have a list of meanings (class, code) before them, and of each mark stand: how many bytes its key shares with the key
/// before, the rest of the key, days since the mark before, minute of its start plus 1 or 0, minutes, index of its meaning.
///
/// Equal pupils are equal bytes. Another shape is another version; the state is disposable, so no older one is read.
enum PupilFormat {
    static let version: UInt8 = 2

    static func bytes(of pupil: Pupil) -> [UInt8] {
        var row = RowWriter(version: version)
        row.list(pupil.aliases) { $0.write($1) }
        row.list(pupil.accounts) { row, account in
            row.text(account.source.rawValue)
            row.list(account.enrolments) { row, told in
                row.write(told.enrolment)
                row.optional(told.ended) { $0.date($1) }
            }
            row.write(account.marks)
            row.list(account.offered) { row, offered in
                row.text(offered.key.rawValue)
                row.date(offered.from)
                row.date(offered.through)
                row.signed(Int(offered.minutes))
                row.number(OfferedQualities.code(offered.quality))
            }
            row.list(account.consents) { row, told in
                row.write(told.consent)
                row.number(ConsentLapses.code(told.lapse))
            }
        }
        row.list(pupil.enteredConsents) { $0.write($1) }
        row.list(pupil.refusals) { row, refusal in
            row.text(refusal.purpose.rawValue)
            row.text(refusal.recipient.rawValue)
            row.date(refusal.on)
        }
        row.optional(pupil.reached) { row, reached in
            row.text(reached.policy.rawValue)
            row.date(reached.schoolYear)
            row.signed(reached.tier)
            row.optional(reached.on) { $0.date($1) }
        }
        return row.bytes
    }

    static func pupil(_ id: PupilID, _ bytes: UnsafeRawBufferPointer) throws(StateFailure) -> Pupil {
        var row = try RowReader(bytes, version: version)
        let aliases = try row.list { row throws(StateFailure) in try row.alias() }
        let accounts = try row.list { row throws(StateFailure) in try row.account() }
        let entered = try row.list { row throws(StateFailure) in try row.consent() }
        let refusals = try row.list { row throws(StateFailure) in
            Refusal(purpose: Purpose(try row.text()), recipient: RecipientID(try row.text()), on: try row.date())
        }
        let reached = try row.optional { row throws(StateFailure) in
            ReachedTier(policy: Digest(try row.text()), schoolYear: try row.date(), tier: try row.signed(), on: try row.optionalDate())
        }
        try row.end()
        return Pupil(id: id, aliases: aliases, accounts: accounts, enteredConsents: entered, refusals: refusals, reached: reached)
    }
}

/// Spelled by hand, so that a new case moves no other.
enum OfferedQualities {
    static func code(_ quality: Offered.Quality) -> Int {
        switch quality {
        case .offered: 0
        case .scheduled: 1
        }
    }

    static func quality(_ code: Int) throws(StateFailure) -> Offered.Quality {
        switch code {
        case 0: .offered
        case 1: .scheduled
        default: throw RowReader.malformed
        }
    }
}

/// Spelled by hand, so that a new case moves no other.
enum ConsentLapses {
    static func code(_ lapse: ToldConsent.Lapse?) -> Int {
        switch lapse {
        case nil: 0
        case .absent: 1
        case .unreadable: 2
        }
    }

    static func lapse(_ code: Int) throws(StateFailure) -> ToldConsent.Lapse? {
        switch code {
        case 0: nil
        case 1: .absent
        case 2: .unreadable
        default: throw RowReader.malformed
        }
    }
}
