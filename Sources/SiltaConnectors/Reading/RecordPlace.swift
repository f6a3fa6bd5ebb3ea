internal import SiltaCore

/// Where a record was read.
struct RecordPlace: Hashable, Sendable, Comparable {
    /// Of the files of its kind, counted from 0.
    var file: UInt16
    /// The line of the file, or the number of the message, counted from 1.
    var line: Int32

    static func < (one: RecordPlace, other: RecordPlace) -> Bool { (one.file, one.line) < (other.file, other.line) }
}

extension EnrolmentRecord {
    var place: RecordPlace { RecordPlace(file: file, line: line) }
}

extension AbsenceRecord {
    var place: RecordPlace { RecordPlace(file: file, line: line) }
}

extension OfferedRecord {
    var place: RecordPlace { RecordPlace(file: file, line: line) }
}

extension ConsentRecord {
    var place: RecordPlace { RecordPlace(file: file, line: line) }
}
