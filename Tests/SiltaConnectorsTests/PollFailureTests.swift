import Foundation
import Glibc
import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `A poll fails whole` {
    @Test(arguments: ["oppilaat.csv", "tuntimerkinnat.csv", "suostumukset.csv", "kattavuus.csv"])
    func `without one of its files`(name: String) throws {
        let export = try Export()
        try FileManager.default.removeItem(atPath: "\(export.folder)/\(name)")
        let failure = try export.failure()
        #expect(failure.code == .missing && failure.file == name)
        try FileManager.default.createDirectory(atPath: "\(export.folder)/\(name)", withIntermediateDirectories: false)
        #expect(try export.failure().sentence == "this is a folder; it must be a regular file, or a symbolic link to one")
        try FileManager.default.removeItem(atPath: "\(export.folder)/\(name)")
        #expect(mkfifo("\(export.folder)/\(name)", 0o600) == 0)
        #expect(try export.failure().code == .unreadable)
        try FileManager.default.removeItem(atPath: "\(export.folder)/\(name)")
        export.replace(name, Data())
        #expect(try export.failure().sentence == "this file is empty; it must hold at least its header")
    }

    @Test func `a symbolic link to a file is as good as the file`() throws {
        let export = try Export()
        try FileManager.default.moveItem(atPath: "\(export.folder)/kattavuus.csv", toPath: "\(export.folder)/other")
        try FileManager.default.createSymbolicLink(atPath: "\(export.folder)/kattavuus.csv", withDestinationPath: "other")
        #expect(try export.read().coverage.count == 1)
    }

    @Test func `where a header is not understood`() throws {
        let export = try Export()
        export.replace("kattavuus.csv", Data([0x50, 0x4B, 3, 4, 0, 0xFF, 10]))
        #expect(try export.failure().sentence.hasPrefix("this zip is damaged or not complete"))
        export.replace("kattavuus.csv", Data([0x51, 3, 4, 0, 0xFF, 10]))
        #expect(try export.failure().sentence.hasPrefix("this is no text file"))
        export.replace("kattavuus.csv", Data([0x4B, 0xE4, 10]))
        #expect(try export.failure().sentence.hasPrefix("the header is not text in utf-8"))
        export.replace("kattavuus.csv", Data("\u{FEFF}Koulu-OID;Alkaen;Asti\n".utf8))
        #expect(try export.read().coverage.isEmpty)
        export.replace("kattavuus.csv", Data("Koulu-OID;Alkaen;Loppuu\n".utf8))
        #expect(
            try export.failure().sentence
                == "there is no column \"Asti\"; the columns are Koulu-OID, Alkaen, Loppuu; if one of them is meant, name it in "
                + "columns.coverage.through of the configuration")
        export.replace("kattavuus.csv", Data("Koulu-OID;Alkaen;Asti;Asti\n".utf8))
        #expect(try export.failure().sentence == "the column \"Asti\" stands 2 times in the header; it must stand there once")
    }

    @Test func `where a byte order mark says another encoding than the configuration`() throws {
        let export = try Export()
        export.replace("oppilaat.csv", Data(("\u{FEFF}" + (Export.headers["oppilaat.csv"] ?? "") + "\n").utf8))
        #expect(try export.read().enrolments.isEmpty)
        let failure = try export.failure("encoding: cp1252\n" + Export.codes)
        #expect(failure.file == "oppilaat.csv" && failure.sentence.hasSuffix("set encoding: utf-8"))
    }

    @Test func `a file without a header does not show its first row`() throws {
        let export = try Export()
        export.replace("oppilaat.csv", Data("100001;;150513A9014;Salainen;Aino;;Koulu A;x;7B;7;186;12.08.2026;;;\n".utf8))
        let failure = try export.failure()
        #expect(failure.code == .header)
        for secret in ["Salainen", "150513A9014", "100001"] { #expect(!"\(failure)".contains(secret)) }
    }

    @Test func `where a file is written or replaced while it is read`() throws {
        let export = try Export()
        let file = try RegisterFile(folder: export.folder, name: "kattavuus.csv")
        try file.checkUnchanged()
        let handle = try #require(FileHandle(forWritingAtPath: "\(export.folder)/kattavuus.csv"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("x".utf8))
        #expect(throws: ReadFailure.self) { try file.checkUnchanged() }
        #expect(throws: ReadFailure.self) { try file.forEachPiece { _ in } }
        let other = try RegisterFile(folder: export.folder, name: "oppilaat.csv")
        try FileManager.default.copyItem(atPath: "\(export.folder)/oppilaat.csv", toPath: "\(export.folder)/new")
        #expect(rename("\(export.folder)/new", "\(export.folder)/oppilaat.csv") == 0)
        #expect(throws: ReadFailure.self) { try other.checkUnchanged() }
    }

    @Test func `where too many rows are not understood`() throws {
        let export = try Export()
        let bad = (0..<10_000).map { "\(6_000_000 + $0);100001;14.09.2026;08:15;45;ZZ;MA1;ope1;KANARIA" }
        export.write("tuntimerkinnat.csv", bad)
        let reading = try export.read()
        #expect(reading.rejected.count == 10_000 && reading.rows == 10_003)
        export.write("tuntimerkinnat.csv", bad + ["1;2;3"])
        let failure = try export.failure()
        #expect(failure.code == .flooded)
        #expect(
            failure.sentence == "10001 of 10004 rows were not understood; the first on line 2 of tuntimerkinnat.csv: "
                + "column \"Tyyppi\" holds a code \"ZZ\" that the configuration gives no class")
    }
}
