import Foundation
import SiltaConfiguration
import SiltaCore
import SiltaFormats
import Testing

@testable import SiltaConnectors

/// What is made of samples of registers that nobody described. Everyone in them is invented.
struct GuessingTests {
    /// A new connector in a folder of its own, as `silta connector new` makes it.
    private final class Begun {
        let folder: String
        let texts: [String: String]

        convenience init(_ samples: [(name: String, text: String)]) throws {
            try self.init(samples.map { ($0.name, Array($0.text.utf8)) })
        }

        init(_ samples: [(name: String, bytes: [UInt8])]) throws {
            let parent = FileManager.default.temporaryDirectory.appending(path: "silta-begun-\(UUID())").path()
            folder = "\(parent)/guessed"
            let read = try samples.flatMap { try Sample.all(name: $0.name, bytes: $0.bytes) }
            var texts: [String: String] = [:]
            for file in NewConnector(name: "guessed", samples: read).files {
                let path = "\(folder)/\(file.path)"
                try FileManager.default.createDirectory(
                    atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
                _ = FileManager.default.createFile(atPath: path, contents: Data(file.bytes))
                texts[file.path] = String(decoding: file.bytes, as: UTF8.self)
            }
            self.texts = texts
        }

        deinit { try? FileManager.default.removeItem(atPath: URL(filePath: folder).deletingLastPathComponent().path()) }

        var manifest: String { texts["connector.yaml"] ?? "" }
    }

    private static let pupils = """
        Oppilasnumero;Henkilötunnus;Sukunimi;Etunimet;Koulu;Luokka;Vuosiluokka;Alkupvm
        100001;030310A9021;Kanarialintu;Aino;Koulu A;7B;7;12.08.2026
        100002;040411A903S;Kanarialintu;Eino;Koulu A;8A;8;12.08.2026

        """
    private static let marks = """
        Poissaolot 14.9.2026
        Tulostanut;admin
        Id;Oppilasnumero;Päivämäärä;Klo;Kesto;Poissaololaji;Opettaja;Lisätieto
        1;100001;14.09.2026;08:15;45;Sairaus;Kanarialintu Timo;KANARIA kuume
        2;100001;15.09.2026;09:00;45;Luvaton;Kanarialintu Timo;
        3;100002;15.09.2026;09:00;45;Zx;Kanarialintu Timo;

        """

    @Test func `a table of pupils and one of marks become a connector that reads its own example`() throws {
        let begun = try Begun([("oppilaat.csv", GuessingTests.pupils), ("poissaolot.csv", GuessingTests.marks)])
        defer { withExtendedLifetime(begun) {} }
        let manifest = try Manifest(folder: begun.folder)
        #expect(Set(manifest.streams.map(\.kind)) == [.enrolment, .absence])
        let lines = try ConnectorExamples(folder: begun.folder).run("first").actual
        #expect(lines.count { $0.contains(#""record":"enrolment""#) } == 2, "\(lines)")
        #expect(lines.count { $0.contains(#""record":"absence""#) } == 3, "\(lines)")
        #expect(!lines.contains { $0.contains("rejected") }, "\(lines)")
    }

    @Test func `names are never taken for codes, whatever their column is called`() throws {
        let rows = (1...40).map { "\($0);10000\($0 % 4);14.09.2026;45;\(["Laine", "Niemi", "Aho", "Öhman"][$0 % 4])" }
        let begun = try Begun([("lista.csv", "Rivi;Oppilasnumero;Pvm;Kesto;Nimi\n" + rows.joined(separator: "\n") + "\n")])
        defer { withExtendedLifetime(begun) {} }
        for (path, text) in begun.texts {
            for name in ["Laine", "Niemi", "Aho", "Öhman"] where !path.hasPrefix("examples/") { #expect(!text.contains(name), "\(path)") }
        }
        #expect(begun.texts["examples/first/config.yaml"]?.contains("Niemi") == false)
    }

    private static let nested = """
        {"generated": "2026-09-15", "students": [
          {"id": "100001", "lastName": "Kanarialintu", "firstName": "Aino", "school": {"name": "Koulu A"}, "grade": 7, "startDate": "2026-08-12",
           "attendance": [{"id": 1, "date": "2026-09-14", "minutes": 45, "code": "sick"}, {"id": 2, "date": "2026-09-15", "minutes": 90, "code": "late"}]},
          {"id": "100002", "lastName": "Kanarialintu", "firstName": "Eino", "school": {"name": "Koulu A"}, "grade": 8, "startDate": "2026-08-12",
           "attendance": [{"id": 3, "date": "2026-09-14", "minutes": 45, "code": "sick"}]}
        ]}
        """
    private static let xml = """
        <?xml version="1.0" encoding="UTF-8"?>
        <x:Register xmlns:x="urn:x" made="2026-09-15"><Marks>
          <Mark RefId="a1"><Student number="100001">Kanarialintu</Student><Date>2026-09-14</Date><Times>
            <Time><StartTime>08:15</StartTime><Minutes>45</Minutes><Code>sick</Code></Time>
            <Time><StartTime>09:15</StartTime><Minutes>45</Minutes><Code>late</Code></Time></Times></Mark>
          <Mark RefId="a2"><Student number="100002">Kanarialintu</Student><Date>2026-09-15</Date><Times>
            <Time><StartTime>08:15</StartTime><Minutes>45</Minutes><Code>sick</Code></Time></Times></Mark>
        </Marks></x:Register>
        """

    private func records(_ begun: Begun) throws -> [String] {
        let lines = try ConnectorExamples(folder: begun.folder).run("first").actual
        #expect(!lines.contains { $0.contains("rejected") || $0.contains("Kanarialintu") }, "\(lines)")
        return lines
    }

    @Test func `a list within each item is read with what stands around it`() throws {
        let begun = try Begun([("students.json", GuessingTests.nested)])
        defer { withExtendedLifetime(begun) {} }
        for line in [
            "items: \"/students\"", "each: attendance", "key: attendance.id", "pupil: id  # unsure: the key of what the list stands in",
            "class: {column: attendance.code, values-from: codes}", "family-name: lastName", "school-name: school.name",
        ] {
            #expect(begun.manifest.contains(line), "\(line) in \(begun.manifest)")
        }
        let lines = try records(begun)
        #expect(lines.count { $0.contains(#""record":"enrolment""#) } == 2 && lines.count { $0.contains(#""record":"absence""#) } == 2)
    }

    @Test func `elements of XML are read with their attributes, and those that stand side by side within them`() throws {
        let begun = try Begun([("marks.xml", GuessingTests.xml)])
        defer { withExtendedLifetime(begun) {} }
        for line in [
            "format: xml", "items: \"/Register/Marks/Mark\"", "each: Times.Time", "pupil: \"Student.@number\"", "date: Date",
            "start: Times.Time.StartTime", "minutes: Times.Time.Minutes",
        ] {
            #expect(begun.manifest.contains(line), "\(line) in \(begun.manifest)")
        }
        #expect(try records(begun).count { $0.contains(#""record":"absence""#) } == 2)
    }

    @Test func `what is packed is looked into, each file of a zip for itself`() throws {
        var zip = StoredZip()
        zip.add("out/oppilaat.csv", Array(GuessingTests.pupils.utf8))
        zip.add("out/marks.xml", Array(GuessingTests.xml.utf8))
        let begun = try Begun([("export.zip", zip.finish())])
        defer { withExtendedLifetime(begun) {} }
        for line in ["file: export.zip", "member: \"out/oppilaat.csv\"", "member: \"out/marks.xml\"", "format: xml"] {
            #expect(begun.manifest.contains(line), "\(line) in \(begun.manifest)")
        }
        let lines = try records(begun)
        #expect(lines.count { $0.contains(#""record":"enrolment""#) } == 2 && lines.count { $0.contains(#""record":"absence""#) } == 2)
    }

    @Test func `UTF-16 is told from what is no text`() throws {
        let text = GuessingTests.pupils.replacing(";", with: "\t")
        let begun = try Begun([("oppilaat.txt", [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })])
        defer { withExtendedLifetime(begun) {} }
        #expect(begun.manifest.contains("encoding: utf-16") && begun.manifest.contains("separator: \"\\t\""), "\(begun.manifest)")
        #expect(try records(begun).count { $0.contains(#""record":"enrolment""#) } == 2)
    }

    @Test func `minutes that were offered are told from minutes of absence`() throws {
        let begun = try Begun([
            ("hours.csv", "Elev;Från;Till;Erbjudna minuter\n100001;2026-09-14;2026-09-20;1350\n100002;2026-09-14;2026-09-20;1305\n")
        ])
        defer { withExtendedLifetime(begun) {} }
        #expect(begun.manifest.contains("  offered:") && begun.manifest.contains("minutes: Erbjudna minuter"), "\(begun.manifest)")
        #expect(try records(begun).count { $0.contains(#""record":"offered""#) } == 2)
    }

    @Test func `columns are found by name and by what stands in them`() throws {
        let text = try Begun([("poissaolot.csv", GuessingTests.marks)]).manifest
        for line in [
            "key: Id", "pupil: Oppilasnumero", "date: Päivämäärä", "start: Klo", "minutes: Kesto",
            "class: {column: Poissaololaji, values-from: codes}", "drop: [Opettaja, Lisätieto]", "skip-lines: 2", "dates: d.M.yyyy",
        ] {
            #expect(text.contains(line), "\(line) in \(text)")
        }
    }

    @Test func `nothing of the rows is written but codes, and codes are marked`() throws {
        let begun = try Begun([("oppilaat.csv", GuessingTests.pupils), ("poissaolot.csv", GuessingTests.marks)])
        defer { withExtendedLifetime(begun) {} }
        for (path, text) in begun.texts {
            for secret in ["Kanarialintu", "KANARIA", "100001", "9021", "903S", "Timo", "admin"] {
                #expect(!text.contains(secret), "\(secret) in \(path)")
            }
        }
        let configuration = try #require(begun.texts["examples/first/config.yaml"])
        #expect(configuration.contains(#""Sairaus": health  # unsure: by its name"#))
        #expect(configuration.contains(#""Luvaton": unauthorised  # unsure: by its name"#))
        #expect(configuration.contains(#""Zx": unexplained  # unsure: what does it mean?"#))
        #expect(!UnsureMarks(folder: begun.folder).marks.isEmpty)
    }

    @Test func `a column's name that breaks its line adds nothing to the manifest`() {
        let line = YAMLText.line(2, "key", "id", unsure: "it could also be a\nprogram: [sh]\u{2028}b\u{85}c")
        #expect(line == "  key: id  # unsure: it could also be a program: [sh] b c")
    }

    @Test func `a file without a header has positions, and shows none of its first row`() throws {
        let begun = try Begun([("marks.csv", "5;100001;2026-09-14;Kanarialintu\n6;100002;2026-09-15;Kanarialintu\n")])
        #expect(begun.manifest.contains("header: false"))
        #expect(!begun.texts.values.contains { $0.contains("Kanarialintu") })
    }

    @Test(arguments: [(";", "none"), (",", "rfc4180"), ("\t", "none"), ("|", "none")])
    func `the separator is the one by which the rows agree`(separator: String, quoting: String) throws {
        let rows =
            ["id", "student", "date", "type"].joined(separator: separator) + "\n"
            + (1...20).map { number in
                let type = quoting == "none" ? "sick" : "\"sick\(separator) at home\""
                return ["\(number)", "9\(number)", "2026-09-14", type].joined(separator: separator)
            }.joined(separator: "\n")
        let sample = try #require(try Sample.all(name: "x.csv", bytes: Array(rows.utf8)).first?.first)
        guard case .csv(let found, let foundQuoting, .utf8, 0, true) = sample.format else { throw Unexpected(sample.format) }
        #expect(found == separator && foundQuoting.rawValue == quoting)
        #expect(sample.rows.count == 20 && sample.columns.count == 4)
    }

    @Test func `what is not UTF-8 is taken for Windows' encoding`() throws {
        let bytes = Array("id;student;päivä\n1;2;14.9.2026\n".utf16.map { UInt8($0) })
        let sample = try #require(try Sample.all(name: "x.csv", bytes: bytes).first?.first)
        guard case .csv(_, _, .windows1252, _, _) = sample.format else { throw Unexpected(sample.format) }
        #expect(sample.columns[2] == "päivä")
    }

    @Test func `columns are found by a part of their name, and lengths and times as they are written`() throws {
        let text = """
            Poissaolon tunniste;Oppilasnro;Poissaolopäivä;Klo;Kesto (h);Syykoodi;Huom!
            9001;100001;01.09.2026;9.15;1,5;L;KANARIA
            9002;100002;02.09.2026;8.15;0,75;S;
            9003;100001;03.09.2026;8.15;0,75;M;

            """
        let begun = try Begun([("poissaolot.csv", text)])
        defer { withExtendedLifetime(begun) {} }
        for line in [
            "key: Poissaolon tunniste  # unsure: guessed by a part of its name", "pupil: Oppilasnro", "date: Poissaolopäivä",
            "start: {column: Klo, time: H.mm}",
            #"minutes: {column: Kesto (h), number: ",", unit: hours}  # unsure: guessed by a part of its name"#,
            "class: {column: Syykoodi, values-from: codes}", #"drop: ["Huom!"]"#,
        ] {
            #expect(begun.manifest.contains(line), "\(line) in \(begun.manifest)")
        }
        let lines = try ConnectorExamples(folder: begun.folder).run("first").actual
        #expect(lines.count { $0.contains(#""start":"08:15","minutes":45"#) } == 3, "\(lines)")
    }

    @Test func `of a document that holds several lists, each that looks like records is read, over the lists around it`() throws {
        let text = """
            {"made":"2026-10-05","schools":[
            {"code":"1","name":"A","pupils":[{"upn":"p1","names":{"family":"Kanarialintu","given":"Aino"},"year":5,"enrolled":"2026-08-12"}],
            "marks":[{"id":"m1","pupil":{"upn":"p1"},"day":"2026-09-01","starts":"09:00","length":45,"code":"O"}]},
            {"code":"2","name":"B","pupils":[{"upn":"p2","names":{"family":"Kanarialintu","given":"Eino"},"year":6,"enrolled":"2026-08-12"}],
            "marks":[{"id":"m2","pupil":{"upn":"p2"},"day":"2026-09-02","starts":"09:00","length":45,"code":"O"},
            {"id":"m3","pupil":{"upn":"p2"},"day":"2026-09-02","starts":"10:00","length":45,"code":"I"}]}]}
            """
        let begun = try Begun([("export.json", text)])
        defer { withExtendedLifetime(begun) {} }
        #expect(begun.manifest.contains(#"items: "/schools/*/pupils""#) && begun.manifest.contains(#"items: "/schools/*/marks""#))
        for line in ["pupil: upn", "family-name: names.family", "pupil: pupil.upn", "date: day", "minutes: length"] {
            #expect(begun.manifest.contains(line), "\(line) in \(begun.manifest)")
        }
        let lines = try ConnectorExamples(folder: begun.folder).run("first").actual
        #expect(lines.count { $0.contains(#""record":"enrolment""#) } == 2 && lines.count { $0.contains(#""record":"absence""#) } == 2)
        #expect(!lines.contains { $0.contains("rejected") }, "\(lines)")
    }

    @Test func `of JSON the longest list of objects is found, with its paths`() throws {
        let text =
            #"{"meta":{"n":2},"data":{"rows":[{"id":1,"student":{"id":"9"},"day":"2026-09-14"},{"id":2,"student":{"id":"8"},"day":null}]}}"#
        let sample = try #require(try Sample.all(name: "x.json", bytes: Array(text.utf8)).first?.first)
        #expect(sample.format == .json(items: "/data/rows", each: nil))
        #expect(sample.columns == ["id", "student.id", "day"])
        #expect(sample.rows == [["1", "9", "2026-09-14"], ["2", "8", ""]])
        let lines = try #require(try Sample.all(name: "x.jsonl", bytes: Array("{\"a\":1}\n{\"a\":2}\n".utf8)).first?.first)
        #expect(lines.format == .jsonLines(each: nil) && lines.rows.count == 2)
    }

    @Test(arguments: ["", "\u{0}\u{1}binary", "one word", "<xml/>", "{\"a\":"])
    func `what nothing can be made of is refused in a sentence`(text: String) {
        #expect(throws: SampleProblem.self) { try Sample.all(name: "x", bytes: Array(text.utf8)) }
    }

    private struct Unexpected: Error {
        init(_ format: Sample.Format) {}
    }
}
