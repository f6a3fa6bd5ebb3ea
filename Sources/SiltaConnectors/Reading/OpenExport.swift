internal import SiltaCore
internal import SiltaFormats

/// The files of an export, all of them open.
struct OpenExport {
    var enrolments: StreamReader<EnrolmentInterpreter>?
    var absences: StreamReader<AbsenceInterpreter>?
    var offered: StreamReader<OfferedInterpreter>?
    var consents: StreamReader<ConsentInterpreter>?
    var coverage: StreamReader<CoverageInterpreter>?

    var files: [RegisterFile] { [enrolments?.file, absences?.file, offered?.file, consents?.file, coverage?.file].compactMap(\.self) }

    var isSettled: Bool { files.allSatisfy(\.stamp.isSettled) }

    var rowCount: Int {
        (enrolments?.rowCount ?? 0) + (absences?.rowCount ?? 0) + (offered?.rowCount ?? 0) + (consents?.rowCount ?? 0)
            + (coverage?.rowCount ?? 0)
    }

    var rejectedCount: Int {
        (enrolments?.rejectedCount ?? 0) + (absences?.rejectedCount ?? 0) + (offered?.rejectedCount ?? 0)
            + (consents?.rejectedCount ?? 0) + (coverage?.rejectedCount ?? 0)
    }

    var firstRejection: (file: String, line: Int32, reason: String)? {
        enrolments?.firstRejection ?? absences?.firstRejection ?? offered?.firstRejection ?? consents?.firstRejection
            ?? coverage?.firstRejection
    }

    /// - Throws: Where a file is not as it was when it was opened.
    func checkUnchanged() throws(ReadFailure) {
        for file in files { try file.checkUnchanged() }
    }

    /// Whether this is the export that an earlier reading was of.
    ///
    /// - Returns: what to know it by from now on; nil where it is another.
    func isSame(as earlier: ExportCursor, step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> ExportCursor? {
        let stamps = files.map(\.stamp)
        if stamps == earlier.stamps, earlier.isSettled { return earlier }
        guard stamps.map(\.size) == earlier.stamps.map(\.size) else { return nil }
        let isSettled = isSettled
        guard try digest(step: step) == earlier.content else { return nil }
        try checkUnchanged()
        return ExportCursor(meaning: earlier.meaning, content: earlier.content, isSettled: isSettled, stamps: stamps)
    }

    /// SHA-256 over the files, each a part.
    func digest(step: () throws(ReadFailure) -> Void) throws(ReadFailure) -> Digest {
        var digest = FileDigest()
        for file in files {
            try file.forEachPiece { (piece) throws(ReadFailure) in
                try step()
                digest.absorb(piece)
            }
            digest.endPart()
        }
        return digest.finish()
    }
}
