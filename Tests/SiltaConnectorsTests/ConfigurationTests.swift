import Foundation
import SiltaConfiguration
import SiltaCore
import Testing

@testable import SiltaConnectors

private func problems(_ text: String) throws -> [String] {
    let setting = try YAMLDocument.parse(text, file: "silta.yaml")
    let error = try #require(throws: ConfigurationError.self) { _ = try Connector(try Export.manifest(), configuration: setting) }
    return error.problems.map(\.description)
}

@Suite struct `The configuration of a source` {
    @Test func `is checked against the manifest, every problem with its line and the nearest right word`() throws {
        let text = "location: x\nencodng: utf-8\ncodes:\n  \"01\": unexplaned\n  \"02\": late\n  \"03\": lat\n"
        #expect(
            try problems(text) == [
                "silta.yaml:2: encodng: there is no such key; did you mean \"encoding\"?",
                "silta.yaml:4: codes.01: \"unexplaned\" is not one of unexplained, unauthorised, leave, health, explained, late, elsewhere, ignore; "
                    + "did you mean \"unexplained\"?",
                "silta.yaml:6: codes.03: \"lat\" is not one of unexplained, unauthorised, leave, health, explained, late, elsewhere, ignore; "
                    + "did you mean \"late\"?",
            ])
        #expect(try problems("location: x\n") == ["silta.yaml:1: the key \"codes\" is missing"])
    }

    @Test(arguments: [
        ("ftp://host/export", "location: this must be a folder, or the sftp:// or https:// URL of one"),
        ("https://silta:geheim@host/export", "location: a user name or password must not stand in a URL"),
        ("https://host/ä", "location: a URL has no spaces, only ASCII"), ("https:///export", "location: this is no URL of a folder"),
        ("sftp://host/export?x=1", "location: this is no URL of a folder"),
        ("sftp://host/export", "location: an sftp server wants to know who comes"),
        ("sftp://host/export\nuser: silta", "location: the user needs key: credential:NAME or password: credential:NAME"),
        ("sftp://host/export\nuser: silta\nkey: credential:k", "location: an sftp server must show a host key that is known beforehand"),
        ("sftp://host/export\nuser: silta\nkey: credential:k\npassword: credential:p", "password: there is a key beside it"),
        ("sftp://host/export\nuser: silta\nkey: geheim", "key: this must be credential:NAME"),
        ("sftp://host/export\nuser: silta\ntoken: credential:t", "token: this goes with an https URL"),
        ("https://host/export\nhost-key: SHA256:x", "host-key: this goes with an sftp URL"),
        ("https://host/export\npassword: credential:p", "password: a password needs a user"),
        ("https://host/export\nuser: silta\ntoken: credential:t", "user: a token stands for its user"),
        ("https://host/export\nallow-addresses: 10.0.0.0/8", "allow-addresses: this must be a list"),
        ("/srv/export\nuser: silta", "user: this goes with an sftp or https URL, and location is a folder"),
    ])
    func `names a folder, or the URL of one with what belongs to it`(location: String, problem: String) throws {
        let told = try problems("location: \(location)\n\(Export.codes)\n")
        #expect(told.contains { $0.contains(problem) }, "\(told)")
        #expect(!told.contains { $0.contains("geheim") })
    }

    @Test func `may name a folder on a server`() throws {
        let text =
            "location: https://host/export?key=a/b\ntoken: credential:t\nclient-certificate: credential:c\nallow-addresses: [10.0.0.0/8]\n"
        let setting = try YAMLDocument.parse(text + Export.codes, file: "silta.yaml")
        let remote = try #require(try SourceSettings(setting, manifest: try Export.manifest()).remote)
        #expect(remote.url(of: "tyhjä 1.csv") == "https://host/export/tyhj%C3%A4%201.csv?key=a/b")
        #expect(remote.login == SecretReference("credential:t").map { .token($0) })
    }

    @Test func `may rename columns and files but not map what is dropped`() throws {
        #expect(
            try problems("location: x\n\(Export.codes)\ncolumns: {absence: {minutes: Lisätieto}}\n")[0].contains(
                "which this connector drops unread"))
        #expect(
            try problems("location: x\n\(Export.codes)\ncolumns: {absence: {minuts: Kesto}}\n")[0].contains("did you mean \"minutes\"?"))
        #expect(try problems("location: x\n\(Export.codes)\ncolumns: {absence: {minutes: \"\"}}\n")[0].contains("there is no value here"))
        #expect(try problems("location: x\n\(Export.codes)\nfiles: {absence: ../x.csv}\n")[0].contains("the name of a file in the folder"))
    }

    @Test func `is relative to its file`() throws {
        let setting = try YAMLDocument.parse("location: export\n\(Export.codes)\n", file: "/etc/silta/silta.yaml")
        #expect(try SourceSettings(setting, manifest: try Export.manifest()).folder == "/etc/silta/export")
    }
}

@Suite struct `Manifests` {
    @Test func `the shipped one drops free text and teachers`() throws {
        #expect(try Export.manifest().streams.first { $0.kind == .absence }?.dropped == ["Kurssi", "Opettaja", "Lisätieto"])
    }

    @Test func `mistakes are told with their line`() throws {
        let path = "\(Export.connectors)/primus-csv/connector.yaml"
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        let changes = [
            ("format: csv\n", "format: cvs\n", "did you mean \"csv\"?"),
            ("class: {column: Tyyppi, values-from: codes}", "class: {column: Tyyppi, values-from: code}", "did you mean \"codes\"?"),
            ("huoltaja: guardian", "huoltaja: gardian", "did you mean \"guardian\"?"),
            ("      minutes: Kesto\n", "", "the key \"minutes\" is missing"),
            ("minutes: Kesto", "minutes: Opettaja", "drops unread"),
            ("key: [pupil, from]", "key: [pupil, called]", "is not a field that a key can be made of"),
            ("  absence:\n", "  absense:\n", "did you mean \"absence\"?"), ("separator: \";\"", "separator: \";;\"", "one ASCII character"),
            ("default: utf-8", "default: latin", "is not one of utf-8, cp1252"),
            ("required: [location, codes]", "required: [location, code]", "did you mean \"codes\"?"),
        ]
        for (right, wrong, sentence) in changes {
            #expect(whole.contains(right))
            let setting = try YAMLDocument.parse(whole.replacing(right, with: wrong), file: path)
            let error = #expect(throws: ConfigurationError.self) { _ = try Manifest(setting) }
            #expect(error?.description.contains(sentence) == true, "\(wrong): \(error?.description ?? "")")
        }
    }
}

@Suite struct `The library of connectors` {
    @Test func `says which connectors there are where one is unknown`() throws {
        let library = ConnectorLibrary(folders: ["/nowhere", Export.connectors])
        let source = try YAMLDocument.parse("connector: primus-cvs", file: "silta.yaml").fields(allowing: ["connector"]).required(
            "connector")
        let error = #expect(throws: ConfigurationError.self) { _ = try library.manifest(named: source) }
        #expect(
            error?.description
                == "silta.yaml:1: connector: \"primus-cvs\" is not a connector; there are \(library.names.joined(separator: ", ")); "
                + "did you mean \"primus-csv\"?"
        )
        #expect(library.folder(of: "../connectors/primus-csv") == nil)
    }
}
