import Foundation
import Testing

/// Personal data stays where it belongs: in sealed payloads, in `state.db`, and in what is asked for by name.
struct LeakTests {
    /// What nobody may find outside, in both encodings that registers write.
    private static let secrets: [Data] = [
        Municipality.guardedName, "Tiitinen", "Åkerblom", "Väinämö", Municipality.guardedCode, "010112A",
    ].flatMap(bytes)
    /// What nobody may find anywhere at all.
    private static let dropped: [Data] = [Municipality.freeText, "KANARIA", "migreeni", Municipality.teacher, "Opettajainen"].flatMap(bytes)

    private static func bytes(_ text: String) -> [Data] {
        [Data(text.utf8), text.data(using: .windowsCP1252) ?? Data(), text.data(using: .utf16LittleEndian) ?? Data()]
    }

    private func found(_ words: [Data], in data: Data) -> [String] {
        words.filter { data.range(of: $0) != nil }.map { String(decoding: $0, as: UTF8.self) }
    }

    private func files(below folder: URL) -> [URL] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.map { folder.appendingPathComponent($0) }
    }

    /// Rows that cannot be understood, each with something personal in it.
    private func spoil(_ municipality: Municipality) {
        let (name, text, teacher) = (Municipality.guardedName, Municipality.freeText, Municipality.teacher)
        municipality.marks += [
            "r0;100;13.8.2026;08:15;45;\(Municipality.guardedCode);MA1;\(teacher);\(text)",
            "r1;100;13.8.2026;08:15;45;\(text);MA1;\(teacher);\(text)",
            "r2;100;\(name);08:15;45;01;MA1;\(teacher);\(text)",
            "r3;100;13.8.2026;\(text);45;01;MA1;\(teacher);\(text)",
            "r4;100;13.8.2026;08:15;\(Municipality.guardedCode);01;MA1;\(teacher);\(text)",
            "r5;\(name);13.8.2026;08:15;45;01;MA1;\(teacher);\(text)",
            "\(name);\(text);\(teacher)",
            "r6;100;13.8.2026;08:15;45;01;MA1;\(teacher);\(text);one;too;many",
        ]
        municipality.consents += ["\(name);100;\(name);opiskeluhuolto;hva-keusote;perus;\(name);;;", "\(name);\(text)"]
        municipality.pupils.append(.init(key: "1;1"))
        municipality.pupils.append(.init(key: "102", hetu: "\(Municipality.guardedCode)\(name)"))
    }

    @Test(arguments: [String.Encoding.utf8, .windowsCP1252])
    func `weeks of bad and good exports leave nothing of a pupil where it does not belong`(encoding: String.Encoding) throws {
        let recipient = try Recipient(answers: ["503", "slow 2", "400"])
        let municipality = try Municipality()
        municipality.port = recipient.port
        try municipality.configure()
        if encoding == .windowsCP1252 {
            let yaml = try municipality.text("silta.yaml").replacingOccurrences(
                of: "location: export", with: "location: export\n          encoding: cp1252")
            try municipality.write("silta.yaml", yaml)
        }
        var answers: [Answer] = []
        municipality.consent()
        for day in [12, 13, 14, 17, 18, 19, 20, 21] {
            municipality.absences(on: day, code: day % 2 == 0 ? "01" : "111")
            let sound = (municipality.pupils, municipality.marks, municipality.consents)
            if day % 3 == 0 { spoil(municipality) }
            try municipality.export(through: "\(day).8.2026", encoding: encoding)
            if day == 14 { try FileManager.default.removeItem(at: municipality.url("export/tuntimerkinnat.csv")) }
            if day == 19 { try municipality.write("export/oppilaat.csv", municipality.pupils[0].row + "\n") }
            answers.append(try municipality.sync("\(day)T20:00:00"))
            answers.append(try municipality.silta("quarantine", "list", "--json"))
            (municipality.pupils, municipality.marks, municipality.consents) = sound
        }
        #expect(!recipient.received.isEmpty)
        #expect(answers.contains { $0.status == 3 } && answers.contains { $0.out.contains("must have 9") })
        let id = try municipality.notice().id
        for command in [
            "status", "status --json", "pupils", "pupils --json", "notices", "notices --json", "consent list", "consent list --json",
            "quarantine list", "policy show", "audit list", "audit list --json", "audit verify", "audit key", "audit checkpoint",
            "source accept primus", "rebuild", "check", "check --online", "notice retry \(id)", "notice release \(id)",
            "consent give primus/100 --giver guardian --purpose opiskeluhuolto --recipient hva-keusote --scope perus",
            "consent withdraw primus/100 --purpose opiskeluhuolto --recipient hva-keusote", "notice cancel \(id)",
            "pupil show primus/999", "notice show x", "audit show 8",
        ] {
            answers.append(try municipality.silta(command.split(separator: " ").map(String.init)))
        }
        for answer in answers {
            #expect(found(Self.secrets + Self.dropped, in: answer.output + answer.complaint).isEmpty, "\(answer)")
        }
        // What is asked for by name has the name, and still no free text.
        let shown = [
            try municipality.silta("pupil", "show", "primus/100"), try municipality.silta("pupil", "show", "primus/100", "--json"),
            try municipality.silta("notice", "show", id, "--json"),
        ]
        #expect(shown[0].out.contains(Municipality.guardedName))
        for answer in shown { #expect(found(Self.dropped, in: answer.output + answer.complaint).isEmpty, "\(answer)") }
        for received in recipient.received { #expect(found(Self.dropped, in: received.body).isEmpty) }
        for file in files(below: municipality.url("state")) {
            let data = (try? Data(contentsOf: file)) ?? Data()
            #expect(found(Self.dropped, in: data).isEmpty, "\(file.lastPathComponent)")
            if !file.lastPathComponent.hasPrefix("state.db") {
                #expect(found(Self.secrets, in: data).isEmpty, "\(file.lastPathComponent)")
            }
        }
    }

    @Test func `arguments and environment of a running sync say nothing, and its journal files neither`() throws {
        let recipient = try Recipient(answers: Array(repeating: "slow 2", count: 4))
        let municipality = try Municipality()
        municipality.port = recipient.port
        try municipality.configure()
        municipality.absences(on: 12)
        municipality.consent()
        try municipality.export(through: "12.8.2026")
        let process = Process()
        process.executableURL = Silta.binary
        process.arguments = ["sync", "--now", "2026-08-12T20:00:00+03:00", "--config", municipality.url("silta.yaml").path]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        var samples = 0
        let secrets =
            Self.secrets + Self.dropped
            + [Data("whsec_".utf8), Data(Data(repeating: 0x6B, count: 32).base64EncodedString().utf8)]
            + ["master-key", "signing-key"].compactMap { name in
                (try? municipality.text("credentials/\(name)")).map { Data($0.trimmingCharacters(in: .newlines).utf8) }
            }
        while process.isRunning {
            for name in ["cmdline", "environ"] {
                guard let data = FileManager.default.contents(atPath: "/proc/\(process.processIdentifier)/\(name)") else { continue }
                samples += data.isEmpty ? 0 : 1
                #expect(found(secrets, in: data).isEmpty, "\(name)")
            }
            for file in files(below: municipality.state) where !file.lastPathComponent.hasPrefix("state.db") {
                #expect(found(secrets, in: (try? Data(contentsOf: file)) ?? Data()).isEmpty, "\(file.lastPathComponent)")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        #expect(samples > 10 && process.terminationStatus == 0)
    }

    @Test func `folders are their owner's alone, and so is every file`() throws {
        let municipality = try Municipality()
        municipality.absences(on: 12)
        try municipality.export()
        _ = try municipality.sync("13T20:00:00", through: ["sh", "-c", "umask 000; exec \"$@\"", "sh"])
        for folder in [municipality.url("state"), municipality.state, municipality.url("credentials")] {
            #expect(try mode(of: folder) == 0o700, "\(folder.lastPathComponent)")
        }
        let files = files(below: municipality.state) + ["master-key", "signing-key"].map { municipality.url("credentials/\($0)") }
        #expect(files.count >= 6)
        for file in files { #expect(try mode(of: file) == 0o600, "\(file.lastPathComponent)") }
    }

    private func mode(of file: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    }

    @Test(.enabled(if: SyntheticRegister.isThere, "the synthetic school year is not beside the project"), arguments: ["utf-8", "cp1252"])
    func `a synthetic register with faults leaks neither free text nor identity codes`(encoding: String) throws {
        let municipality = try Municipality()
        try SyntheticRegister.write(
            to: municipality.url("year"),
            ["--seed", "7", "--pupils", "60", "--days", "40", "--every", "5", "--faults", "--encoding", encoding])
        let codes =
            #"{"01": unexplained, "02": late, "03": elsewhere, "04": ignore, "21": unauthorised, "31": ignore, "111": health, "112": leave, "113": explained}"#
        let yaml = try municipality.text("silta.yaml")
            .replacingOccurrences(of: #"{"01": unexplained, "02": late, "111": health, "04": ignore}"#, with: codes)
            .replacingOccurrences(of: "location: export", with: "location: now\n          encoding: \(encoding)")
        try municipality.write("silta.yaml", yaml)
        var said = Data()
        var names: Set<String> = []
        let days = try FileManager.default.contentsOfDirectory(atPath: municipality.url("year/days").path).sorted()
        for day in days {
            try? FileManager.default.removeItem(at: municipality.url("now"))
            try FileManager.default.createSymbolicLink(
                at: municipality.url("now"), withDestinationURL: municipality.url("year/days/\(day)"))
            for command in [["sync", "--now", "\(day)T20:00:00+03:00"], ["status"], ["pupils"], ["notices"], ["quarantine", "list"]] {
                let answer = try municipality.silta(command)
                #expect([0, 3].contains(answer.status), "\(answer)")
                said += answer.output + answer.complaint
            }
            let rows = try Data(contentsOf: municipality.url("now/oppilaat.csv"))
            for row in (String(data: rows, encoding: encoding == "utf-8" ? .utf8 : .windowsCP1252) ?? "").split(separator: "\r\n")
                .dropFirst()
            {
                let fields = row.split(separator: ";", omittingEmptySubsequences: false)
                names.formUnion([fields[1], fields[2], fields[3]].map(String.init).filter { $0.utf8.count >= 6 })
            }
        }
        #expect(names.count > 50)
        let words = names.sorted().flatMap(Self.bytes)
        #expect(found(words + [Data("KANARIA".utf8), Data(";ope".utf8)], in: said).isEmpty)
        for file in files(below: municipality.state) {
            let data = (try? Data(contentsOf: file)) ?? Data()
            #expect(found([Data("KANARIA".utf8), Data("migreeni".utf8)], in: data).isEmpty, "\(file.lastPathComponent)")
            if !file.lastPathComponent.hasPrefix("state.db") { #expect(found(words, in: data).isEmpty, "\(file.lastPathComponent)") }
        }
    }
}

/// The generator of a synthetic register, where it lies beside the project.
enum SyntheticRegister {
    static let generator = Silta.root.deletingLastPathComponent().appendingPathComponent("shared/school-year/generate.py")

    static var isThere: Bool { FileManager.default.fileExists(atPath: generator.path) }

    static func write(to folder: URL, _ arguments: [String]) throws {
        let answer = try Program.run(["python3", generator.path, folder.path] + arguments, in: folder.deletingLastPathComponent())
        guard answer.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
