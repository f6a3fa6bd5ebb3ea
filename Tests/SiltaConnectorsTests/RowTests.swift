import Foundation
import SiltaCore
import Testing

@testable import SiltaConnectors

@Suite struct `Rows of an export` {
    @Test func `a whole export is read`() throws {
        let reading = try Export().read()
        #expect(reading.complete == [.enrolment, .absence, .consent, .coverage])
        #expect(reading.rows == 4 && reading.rejected.isEmpty)
        #expect(reading.enrolments.map(\.enrolment.key) == ["100001/2026-08-12"])
        #expect(reading.absences.map(\.mark.code) == ["01"] && reading.absences.map(\.line) == [2])
        #expect(reading.coverage.map(\.school) == [SchoolID(Export.school)])
    }

    @Test func `a code that is ignored asks nothing else of its row`() throws {
        let export = try Export()
        export.write("tuntimerkinnat.csv", ["1;100001;x;y;z;04;;;", "2;;14.09.2026;;45;04;;;", "1;100001;;;;31;;;"])
        let reading = try export.read()
        #expect(reading.absences.map(\.mark.markClass) == [.ignore])
        #expect(reading.rejected.map(\.key) == ["2"])
    }

    @Test func `a code is shown only where it is short and plain`() throws {
        let export = try Export()
        let codes = ["ZZ", "pitkä teksti lapsesta", "Väinö sairas", String(repeating: "x", count: 17), "åäö"]
        export.write("tuntimerkinnat.csv", codes.enumerated().map { "\($0);100001;14.09.2026;08:15;45;\($1);;;" })
        let shown = try export.read().rejected.map {
            $0.reason.replacing("that the configuration gives no class", with: "").replacing("column \"Tyyppi\" holds a code ", with: "")
        }
        #expect(shown == ["\"ZZ\" ", "", "", "", "\"åäö\" "])
    }

    @Test func `invalid bytes reject a row only in a column that is read`() throws {
        let export = try Export()
        let header = Export.headers["tuntimerkinnat.csv"] ?? ""
        var content = Data((header + "\n1;100001;14.09.2026;08:15;45;01;MA1;ope1;").utf8)
        content += [0xFF, 0x0A]
        content += Data("2;".utf8) + [0xE4] + Data(";14.09.2026;08:15;45;01;;;\n".utf8)
        export.replace("tuntimerkinnat.csv", content)
        let reading = try export.read()
        #expect(reading.absences.map(\.mark.key) == ["1"])
        #expect(reading.rejected.map(\.reason) == ["column \"Korttinumero\" is not text in utf-8"])
        #expect(reading.rejected.map(\.key) == ["2"])
    }

    @Test func `a row that is bad and a row that is good make a contradiction under one key`() throws {
        let export = try Export()
        let (good, bad) = ("7;100001;14.09.2026;08:15;45;01;;;", "7;100001;99.09.2026;08:15;45;01;;;")
        for rows in [[good, bad], [bad, good], [good, good, bad], [bad, good, good]] {
            export.write("tuntimerkinnat.csv", rows)
            let reading = try export.read()
            #expect(reading.absences.isEmpty, "\(rows)")
            #expect(reading.rejected.allSatisfy { $0.key == "7" } && reading.rejected.map(\.line) == reading.rejected.map(\.line).sorted())
        }
    }

    @Test func `keys among many rows are as a plain dictionary has them`() throws {
        let export = try Export()
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let rows = (0..<2000).map { _ in
                let key = Int.random(in: 0..<1500, using: &random)
                return "avain-joka-ei-mahdu-\(key);100001;14.09.2026;08:15;\([45, 75].randomElement(using: &random) ?? 0);01;;;"
            }
            export.write("tuntimerkinnat.csv", rows)
            let reading = try export.read()
            let contents = Dictionary(grouping: Set(rows)) { $0.prefix { $0 != ";" } }
            let agreed = Set(contents.filter { $0.value.count == 1 }.map { String($0.key) })
            #expect(Set(reading.absences.map(\.mark.key.rawValue)) == agreed && reading.absences.count == agreed.count, "seed \(seed)")
            #expect(Set(reading.rejected.compactMap(\.key)) == Set(contents.keys.map(String.init)).subtracting(agreed), "seed \(seed)")
        }
    }

    @Test func `an end of protection without a beginning protects from ever`() throws {
        let export = try Export()
        export.write("oppilaat.csv", ["100001;;;Laine;Aino;;Koulu A;;7B;7;186;12.08.2026;;;31.12.2026"])
        let span = try #require(try export.read().enrolments.first?.enrolment.nonDisclosure)
        #expect(span.from.description == "1900-01-01" && span.through?.description == "2026-12-31")
    }

    @Test func `a row too long is rejected by its digest and reading goes on`() throws {
        let export = try Export()
        export.write("tuntimerkinnat.csv", [String(repeating: "x", count: 1 << 21), "1;100001;14.09.2026;08:15;45;01;;;"])
        let reading = try export.read()
        #expect(reading.absences.map(\.line) == [3])
        #expect(reading.rejected.map(\.reason) == ["the row is longer than 1048576 bytes"])
        #expect(reading.rejected.allSatisfy { $0.key == nil && $0.fields.isEmpty && $0.digest.rawValue.utf8.count == 64 })
    }

    @Test func `random damage never stops a poll or shows what is dropped`() throws {
        let export = try Export()
        let alphabet = Array("0123456789;.:-\"\r\nä".utf8) + [0xFF, 0]
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var bytes = Array((0..<20).map { "\($0);100001;14.09.2026;08:15;45;01;MA1;ope1;KANARIA\n" }.joined().utf8)
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = alphabet.randomElement(using: &random) ?? 0
            }
            export.replace("tuntimerkinnat.csv", Data(((Export.headers["tuntimerkinnat.csv"] ?? "") + "\n").utf8) + bytes)
            let reading = try export.read()
            #expect(reading.rows >= reading.absences.count + reading.rejected.filter { $0.kind == .absence }.count, "seed \(seed)")
            #expect(
                !reading.rejected.contains { "\($0.reason)".contains("KANARIA") || $0.fields.contains { $0.name == "Lisätieto" } },
                "seed \(seed)")
        }
    }
}

@Suite struct `Identifiers` {
    @Test func `personal identity codes are as the authority makes them`() {
        for valid in [
            "131052-308T", "131052A308T", "131052X308T", "010594Y9032", "010594Y9021", "020594X903P", "030594W903B", "040594V9030",
            "050594U903M", "010516B903X", "020516C903K", "030516D9037", "010501E9032", "020503F9037", "020504A902E",
        ] { #expect(PersonalIdentityCode.isValid(valid), "\(valid)") }
        for invalid in [
            "131052-308U", "310252-308Y", "131052-308t", "131052G308T", "131052-308", "131052-308TT", "", "131052 308T", "000000-0000",
        ] {
            #expect(!PersonalIdentityCode.isValid(invalid), "\(invalid)")
        }
    }

    @Test func `learner numbers have a check digit`() {
        #expect(LearnerNumber.isValid("1.2.246.562.24.12345678907"))
        for digit in 0...9 where digit != 7 { #expect(!LearnerNumber.isValid("1.2.246.562.24.1234567890\(digit)")) }
        for invalid in ["1.2.246.562.10.12345678907", "1.2.246.562.24.2345678907", "1.2.246.562.24.1234567890x", "", "1.2.246.562.24."] {
            #expect(!LearnerNumber.isValid(invalid), "\(invalid)")
        }
    }

    @Test func `dates are read padded and unpadded and only where they exist`() {
        for text in ["1.8.2026", "01.08.2026", "01.8.2026"] {
            #expect(Array(text.utf8).withUnsafeBufferPointer { DateFormat.dayMonthYear.date($0) }?.description == "2026-08-01")
        }
        for text in [
            "29.2.2026", "1.8.26", "1.8.1899", "1.8.2200", "001.8.2026", "1.8.2026 ", "1.8", "..", "1..2026", "-1.8.2026", "2026-08-01",
        ] {
            #expect(Array(text.utf8).withUnsafeBufferPointer { DateFormat.dayMonthYear.date($0) } == nil, "\(text)")
        }
        #expect(Array("2026-08-01".utf8).withUnsafeBufferPointer { DateFormat.iso8601.date($0) }?.description == "2026-08-01")
        #expect(Array("2026-8-1".utf8).withUnsafeBufferPointer { DateFormat.iso8601.date($0) } == nil)
    }
}
