import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

/// An export in a folder of its own, read as a source would read it. Everyone in it is invented.
final class Export {
    static let connectors = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "connectors").path()
    static let school = "1.2.246.562.10.70000000100"
    static let headers = [
        "oppilaat.csv":
            "Korttinumero;Oppijanumero;Hetu;Sukunimi;Etunimet;Kutsumanimi;Koulu;Koulu-OID;Luokka;Vuosiluokka;Kotikunta;Alkupvm;Loppupvm;"
            + "Turvakielto alku;Turvakielto loppu",
        "tuntimerkinnat.csv": "Merkintä-ID;Korttinumero;Pvm;Alku;Kesto;Tyyppi;Kurssi;Opettaja;Lisätieto",
        "suostumukset.csv": "Suostumus-ID;Korttinumero;Antaja;Tarkoitus;Saaja;Laajuus;Annettu;Voimassa alkaen;Voimassa asti;Peruttu",
        "kattavuus.csv": "Koulu-OID;Alkaen;Asti",
    ]
    static let codes = #"codes: {"01": unexplained, "02": late, "04": ignore, "21": unauthorised, "31": ignore}"#

    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "silta-export-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        write("oppilaat.csv", ["100001;;;Laine;Aino;;Koulu A;\(Export.school);7B;7;186;12.08.2026;;;"])
        write("tuntimerkinnat.csv", ["5000001;100001;14.09.2026;08:15;45;01;MA1;ope1;"])
        write("suostumukset.csv", ["S1;100001;huoltaja;opiskeluhuolto;hva-keusote;perus;01.09.2026;01.09.2026;;"])
        write("kattavuus.csv", ["\(Export.school);12.08.2026;14.09.2026"])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ rows: [String]) {
        replace(name, Data(([Export.headers[name] ?? ""] + rows).map { $0 + "\n" }.joined().utf8))
    }

    func replace(_ name: String, _ content: Data) {
        _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: content)
    }

    func read(_ more: String = Export.codes) throws -> Reading {
        let text = "location: \(folder)\n\(more)\n"
        return try Connector(try Export.manifest(), configuration: YAMLDocument.parse(text, file: "config.yaml")).read()
    }

    /// Why the poll fails.
    func failure(_ more: String = Export.codes) throws -> ReadFailure {
        try #require(throws: ReadFailure.self) { _ = try read(more) }
    }

    static func manifest() throws -> Manifest { try Manifest(folder: "\(connectors)/primus-csv") }
}

struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
