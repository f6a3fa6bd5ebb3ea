/// Everything that one poll of a source read, to its end: what the connector hands over.
public struct Reading: Sendable {
    public var enrolments: [EnrolmentRecord]
    public var absences: AbsenceTable
    public var consents: [ConsentRecord]
    public var offered: [OfferedRecord]
    public var coverage: [Coverage]
    /// What is claimed of offered minutes, where that is not what is claimed of absences.
    public var coverageOfOffered: [Coverage]?
    /// Rows that could not be understood.
    public var rejected: [RejectedRow]
    /// The kinds of which this is a complete export: of these, silence means something.
    public var complete: Set<RecordKind>
    /// Keys that the register says it has deleted: what this source told under them is taken back, also of a kind that is not
    /// complete. A key that is told in the same reading is not deleted, and one that nobody knows means nothing.
    public var deleted: [RecordKind: Set<String>]
    /// How many rows there were, good and bad.
    public var rows: Int
    /// Which files each kind was read from, in the order in which they were: a record's `file` is an index into its kind's.
    public var files: [RecordKind: [String]]
    /// What somebody who writes a mapping should look at, in sentences without data.
    public var remarks: [String] = []
    /// What the export was, for telling it again from another; nil where its source cannot say.
    public var cursor: String?
    /// Where somebody waits to hear of it: to be called once all of this is durable, and not otherwise.
    public var committed: (@Sendable () -> Void)?

    public init(
        enrolments: [EnrolmentRecord] = [], absences: [AbsenceRecord] = [], consents: [ConsentRecord] = [], offered: [OfferedRecord] = [],
        coverage: [Coverage] = [], rejected: [RejectedRow] = [], complete: Set<RecordKind> = [],
        deleted: [RecordKind: Set<String>] = [:], rows: Int = 0, files: [RecordKind: [String]] = [:], cursor: String? = nil
    ) {
        self.enrolments = enrolments
        self.absences = AbsenceTable(absences)
        self.consents = consents
        self.offered = offered
        self.coverage = coverage
        self.rejected = rejected
        self.complete = complete
        self.deleted = deleted
        self.rows = rows
        self.files = files
        self.cursor = cursor
    }
}

extension Reading {
    /// The file that a record was read from, by its kind and its number there; empty where it is not known.
    func file(_ number: UInt16, of kind: RecordKind) -> String {
        let names = files[kind] ?? []
        return names.indices.contains(Int(number)) ? names[Int(number)] : ""
    }
}

/// Where the last completed reading of a source came to.
public struct SourceCursor: Hashable, Sendable {
    public var text: String
    /// Another reading that says the same would change nothing now: only then may it be answered as unchanged.
    public var isCurrent: Bool

    public init(_ text: String, isCurrent: Bool = true) {
        self.text = text
        self.isCurrent = isCurrent
    }
}

/// What a source answers when it is read.
public enum SourceAnswer: Sendable {
    /// It tells what it told when it gave the cursor that it was asked with, word for word.
    ///
    /// - Parameter cursor: to ask with from now on.
    case unchanged(cursor: String)
    case read(Reading)
}

public enum RecordKind: String, CaseIterable, Sendable, Comparable {
    case enrolment, absence, offered, consent, coverage

    public static func < (one: RecordKind, other: RecordKind) -> Bool { one.rawValue < other.rawValue }
}

/// Where a record was read: the line of a file, counted from 1.
public struct EnrolmentRecord: Sendable {
    public var pupil: RegisterKey
    public var enrolment: Enrolment
    public var line: Int32
    /// Of the files of its kind, counted from 0.
    public var file: UInt16

    public init(pupil: RegisterKey, enrolment: Enrolment, line: Int32, file: UInt16 = 0) {
        self.pupil = pupil
        self.enrolment = enrolment
        self.line = line
        self.file = file
    }
}

public struct AbsenceRecord: Sendable {
    public var pupil: RegisterKey
    /// Its class may be `ignore`: then only its key and its pupil mean anything, and a known mark of that key is withdrawn.
    public var mark: Mark
    public var line: Int32
    /// Of the files of its kind, counted from 0.
    public var file: UInt16

    public init(pupil: RegisterKey, mark: Mark, line: Int32, file: UInt16 = 0) {
        self.pupil = pupil
        self.mark = mark
        self.line = line
        self.file = file
    }
}

public struct ConsentRecord: Sendable {
    public var pupil: RegisterKey
    public var consent: Consent
    public var line: Int32
    /// Of the files of its kind, counted from 0.
    public var file: UInt16

    public init(pupil: RegisterKey, consent: Consent, line: Int32, file: UInt16 = 0) {
        self.pupil = pupil
        self.consent = consent
        self.line = line
        self.file = file
    }
}

public struct OfferedRecord: Sendable {
    /// Whose minutes they are.
    public enum Subject: Hashable, Sendable {
        case pupil(RegisterKey)
        /// Everyone of a group, on the days of an enrolment that names it. Without a school, the group of that name in any school.
        case group(GroupName, school: SchoolID?)
    }

    public var subject: Subject
    public var offered: Offered
    public var line: Int32
    /// Of the files of its kind, counted from 0.
    public var file: UInt16

    public init(subject: Subject, offered: Offered, line: Int32, file: UInt16 = 0) {
        self.subject = subject
        self.offered = offered
        self.line = line
        self.file = file
    }
}

/// A claim: of this school (nil is all of them), from this day through that day, I have told you everything.
public struct Coverage: Hashable, Sendable {
    public var school: SchoolID?
    public var from: LocalDate
    public var through: LocalDate

    public init(school: SchoolID?, from: LocalDate, through: LocalDate) {
        self.school = school
        self.from = from
        self.through = through
    }
}

/// A row that could not be understood, as the connector kept it.
public struct RejectedRow: Hashable, Sendable {
    public var kind: RecordKind
    public var file: String
    public var line: Int32
    /// The record's own key, where it could be read; without one, the poll withdraws nothing of its kind.
    public var key: String?
    /// A sentence: what is wrong and what would be right. Never the row's content.
    public var reason: String
    /// The row without what the mapping drops, for trying again; empty where no field can be trusted.
    public var fields: [Field]
    /// SHA-256 of the row's bytes, 64 hexadecimal digits; empty where the row was read well, and only its fields are known.
    public var digest: Digest
    /// Of offered minutes, whose they are, where that could be read: of that pupil, this poll has not told all.
    public var pupil: RegisterKey?

    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(kind: RecordKind, file: String, line: Int32, key: String?, reason: String, fields: [Field], digest: Digest = "") {
        self.kind = kind
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason
        self.fields = fields
        self.digest = digest
    }
}
