internal import SiltaCore
internal import SiltaFormats

/// What a new connector's text files say.
struct ManifestText {
    let name: String
    let streams: [GuessedStream]

    private var codes: [(code: String, meaning: MarkClass?)] { streams.flatMap(\.codes) }
    private var hasClasses: Bool { streams.contains { $0.kind == .absence } }

    /// What most streams are written in, which the others then say for themselves.
    private var first: Sample.Format { streams[0].sample.format }
    private var dates: String { streams.compactMap(\.dates).first ?? "yyyy-MM-dd" }

    var manifest: String {
        var lines = [
            "# Begun by `silta connector new` from a sample. Look at each place that says unsure, and take the remark away when it is right:",
            "# `silta connector check` names those that are left.", "name: \(name)", "version: \"0.1\"",
            "reads: \(reads)", "", "configuration:", "  type: object", "  required: [location\(hasClasses ? ", codes" : "")]",
            "  properties:",
            "    location:", "      type: string", "      description: The folder that the register exports to.",
        ]
        if hasClasses {
            lines += [
                "    codes:", "      type: object",
                "      description: What each of the register's codes of marks means. A mark of a code that is not listed is quarantined.",
                "      additionalProperties:", "        type: string",
                "        enum: [\(MarkClass.allCases.map(\.rawValue).joined(separator: ", "))]",
            ]
        }
        lines += ["", "read:", "  location: {setting: location}"]
        lines += format(first).map { "  \($0)" }
        lines += ["  dates: \(dates)", "", "streams:"]
        for kind in RecordKind.allCases {
            let ofKind = streams.filter { $0.kind == kind }
            guard let one = ofKind.first else { continue }
            lines.append("  \(kind.rawValue):\(one.doubts.isEmpty ? "" : "  # unsure: \(one.doubts.joined(separator: "; "))")")
            guard ofKind.count > 1 else {
                lines += stream(one).map { "    \($0)" }
                continue
            }
            for each in ofKind {
                for (index, line) in stream(each).enumerated() { lines.append((index == 0 ? "    - " : "      ") + line) }
            }
        }
        if !streams.contains(where: { $0.kind == .coverage }) {
            lines += [
                "",
                "# unsure: which days the export tells everything of. Without a `coverage` stream Silta takes nothing for told in full: no mark is",
                "# withdrawn because it is missing, and no school day counts as covered. Where it tells everything since a day, write so:",
                "# coverage: {from: 2026-08-12, through: today}",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var reads: String {
        let kinds = Set(streams.map(\.kind)).sorted().map {
            "\($0.rawValue)s".replacing("coverages", with: "coverage").replacing("offereds", with: "offered minutes")
        }
        return "\(kinds.joined(separator: " and ").capitalizedFirst) from the files of a register's export."
    }

    private func format(_ format: Sample.Format) -> [String] {
        switch format {
        case .csv(let separator, let quoting, let encoding, let skipped, let hasHeader):
            var options = "separator: \(YAMLText.word(separator)), quoting: \(quoting.rawValue)"
            if !hasHeader { options += ", header: false" }
            if skipped > 0 { options += ", skip-lines: \(skipped)" }
            return ["format: csv", "csv: {\(options)}", "encoding: \(encoding.rawValue)"]
        case .json: return ["format: json"]
        case .jsonLines: return ["format: json-lines"]
        case .xml: return ["format: xml"]
        }
    }

    private func stream(_ stream: GuessedStream) -> [String] {
        let sample = stream.sample
        var lines = ["file: \(YAMLText.word(sample.name))"]
        if let member = sample.member { lines.append("member: \(YAMLText.word(member))") }
        if sample.format.withoutItems != first.withoutItems { lines += format(sample.format) }
        let (items, each) = sample.format.place
        if let items { lines.append("items: \(YAMLText.word(items))") }
        if let each { lines.append("each: \(YAMLText.word(each))") }
        lines.append("fields:")
        for field in stream.fields {
            var mapping = field.mapping
            if let column = field.column, mapping == YAMLText.word(stream.profiles[column].name) {
                let written: String? =
                    switch stream.profiles[column].form {
                    case .date(let format)? where format != dates: "date: \(format)"
                    case .instant? where stream.kind.fields.contains(where: { $0.name == field.name && $0.content == .time }):
                        "time: date-time"
                    case .instant?: "date: date-time"
                    case .time?: stream.profiles[column].times.map { "time: \($0.rawValue)" }
                    default: nil
                    }
                if let written { mapping = "{column: \(mapping), \(written)}" }
            }
            lines.append(YAMLText.line(2, field.name, mapping, unsure: field.doubt))
        }
        if !stream.dropped.isEmpty { lines.append("drop: [\(stream.dropped.map(YAMLText.word).joined(separator: ", "))]") }
        return lines
    }

    private func codeLines(_ indent: String) -> [String] {
        guard hasClasses else { return [] }
        guard !codes.isEmpty else { return ["\(indent)codes: {}  # unsure: no codes could be listed; write each as CODE: CLASS"] }
        var seen: Set<String> = []
        return ["\(indent)codes:"]
            + codes.filter { seen.insert($0.code).inserted }.map { code, meaning in
                let unsure = meaning == nil ? "  # unsure: what does it mean?" : "  # unsure: by its name"
                return "\(indent)  \(YAMLText.word(code).quoted): \(meaning?.rawValue ?? "unexplained")\(unsure)"
            }
    }

    var exampleConfiguration: String { (["location: register"] + codeLines("")).joined(separator: "\n") + "\n" }

    var source: String {
        let lines =
            [
                "# A source for silta.yaml, under `sources` of a provider.", "- id: \(name)", "  connector: \(name)", "  every: 15m",
                "  config:",
                "    location: export",
            ] + codeLines("    ")
        return lines.joined(separator: "\n") + "\n"
    }

    var readme: String {
        let rows = streams.map { stream in
            "| `\(stream.sample.member.map { "\(stream.sample.name)/\($0)" } ?? stream.sample.name)` | \(stream.kind.rawValue) | \(stream.fields.compactMap(\.column).count) of \(stream.sample.columns.count) columns are read |"
        }
        return """
            # \(name)

            \(reads)

            | file | records | |
            |---|---|---|
            \(rows.joined(separator: "\n"))

            Configure `location`, the folder that the register exports to\(hasClasses ? ", and `codes`, what each of its codes means" : ""); `source.yaml` shows how.
            The people in `examples/` are invented.

            """
    }
}

extension Sample.Format {
    /// What `read` and a stream say of it, beside where the items are.
    fileprivate var withoutItems: Sample.Format {
        switch self {
        case .csv: self
        case .json: .json(items: "", each: nil)
        case .jsonLines: .jsonLines(each: nil)
        case .xml: .xml(items: "", each: nil)
        }
    }

    /// Where the items are, and a list within each.
    var place: (items: String?, each: String?) {
        switch self {
        case .csv: (nil, nil)
        case .json(let items, let each), .xml(let items, let each): (items, each)
        case .jsonLines(let each): (nil, each)
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

    /// A key such as 01 is text, whatever YAML thinks of it.
    fileprivate var quoted: String { hasPrefix("\"") ? self : "\"\(self)\"" }
}
