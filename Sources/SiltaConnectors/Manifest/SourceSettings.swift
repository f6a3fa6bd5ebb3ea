internal import SiltaConfiguration
internal import SiltaCore
internal import SiltaFormats

/// The configuration of one source, validated, and the manifest's streams as it changes them.
struct SourceSettings: Sendable {
    /// Where the files lie, as a path; empty where they are on a server, and for a program.
    let folder: String
    /// The server's folder; nil where the files lie on this machine.
    let remote: RemoteFolder?
    /// How its server is asked; nil where nothing is, beside for files.
    let requests: RequestSettings?
    let streams: [StreamMapping]
    /// How the files of each stream are read, by its name.
    private(set) var files: [String: FileReading] = [:]
    /// The value maps that the manifest leaves to the configuration, by property.
    let values: [String: [String: String]]
    /// What a program is told; nil for files.
    let program: ProgramConfiguration?
    /// What the manifest says that a program covers.
    private(set) var coverage: (from: DeclaredCoverage.Day, through: DeclaredCoverage.Day)?

    init(_ setting: Setting, manifest: Manifest) throws(ConfigurationError) {
        let keys = manifest.configuration.propertyNames + Manifest.overrides
        self = try setting.read(allowing: keys) { (fields) throws(ConfigurationError) in try SourceSettings(fields, manifest: manifest) }
    }

    private init(_ fields: Fields, manifest: Manifest) throws(ConfigurationError) {
        let properties: [String: Setting]
        (properties, streams) = try gather(
            Result { () throws(ConfigurationError) in try manifest.configuration.values(of: fields) },
            Result { () throws(ConfigurationError) in try SourceSettings.streams(fields, manifest: manifest) })
        func value(_ parameter: Parameter) throws(ConfigurationError) -> Setting {
            switch parameter {
            case .value(let value): return value
            case .setting(let name):
                guard let value = properties[name] else { throw fields.setting.error("the key \"\(name)\" is missing") }
                return value
            }
        }
        values = try SourceSettings.valueMaps(streams, properties: properties)
        if let read = manifest.read {
            let location = try value(read.location)
            if try location.string().contains("://") {
                (folder, remote) = ("", try RemoteFolder(location, properties))
            } else {
                (folder, remote) = (try SourceSettings.folder(location), nil)
                try RemoteFolder.refuse(properties)
            }
            requests = try RequestSettings(remote, location, properties, read: read, streams: streams)
            program = nil
            for stream in streams {
                guard let plan = stream.files else { continue }
                let encoding = try (plan.encoding ?? read.encoding).map { (parameter) throws(ConfigurationError) in
                    try value(parameter).choice(of: TextEncoding.self)
                }
                files[stream.name] = try FileReading(plan, read, encoding: encoding ?? .utf8)
                if remote?.isListable == false, plan.patterns.contains(where: \.isOpen) {
                    throw location.error(
                        "a web server does not list its files, and \(plan.text) is a pattern; sftp or a folder would be right")
                }
            }
        } else {
            (folder, remote, requests) = ("", nil, nil)
            program = try ProgramConfiguration(properties, schema: manifest.configuration)
            if let declared = manifest.program?.coverage {
                var days = (from: DeclaredCoverage.Day.date(DateFormat.firstDay), through: DeclaredCoverage.Day.before(days: 0))
                if let from = declared.from { days.from = try DeclaredCoverage.Day(value(from)) }
                if let through = declared.through { days.through = try DeclaredCoverage.Day(value(through)) }
                coverage = days
            }
        }
    }

    /// The manifest's streams with the source's own `files` and `columns`.
    private static func streams(_ fields: Fields, manifest: Manifest) throws(ConfigurationError) -> [StreamMapping] {
        let names = manifest.streams.map(\.name)
        let files = try fields.optional("files")?.fields(allowing: names)
        let columns = try fields.optional("columns")?.fields(allowing: names)
        var streams: [StreamMapping] = []
        for var stream in manifest.streams {
            if let file = files?.optional(stream.name) {
                if stream.files != nil {
                    stream.files?.patterns = try FilePattern.all(file)
                    stream.file = stream.files?.text ?? ""
                } else {
                    stream.file = try StreamMapping.fileName(file)
                }
            }
            if let own = try columns?.optional(stream.name)?.fields(allowing: stream.kind.fields.map(\.name)) {
                try rename(&stream, own)
            }
            streams.append(stream)
        }
        return streams
    }

    private static func rename(_ stream: inout StreamMapping, _ own: Fields) throws(ConfigurationError) {
        for field in stream.kind.fields {
            guard let setting = own.optional(field.name) else { continue }
            let column = try setting.string(allowingEmpty: !field.isNeeded)
            try stream.refuseDropped(column, at: setting, field: field.name)
            if var mapping = stream.fields[field.name] {
                mapping.origin = .column(column)
                stream.fields[field.name] = mapping
            } else {
                stream.fields[field.name] = FieldMapping(column: column, of: field)
            }
        }
    }

    /// A path below the file that names it, where it is not an absolute one.
    private static func folder(_ setting: Setting) throws(ConfigurationError) -> String {
        let text = try setting.string()
        guard !text.hasPrefix("/"), let slash = setting.file.lastIndex(of: "/") else { return text }
        return String(setting.file[...slash]) + text
    }

    private static func valueMaps(
        _ streams: [StreamMapping], properties: [String: Setting]
    ) throws(ConfigurationError) -> [String: [String: String]] {
        var maps: [String: [String: String]] = [:]
        for stream in streams {
            for field in stream.kind.fields {
                guard case .setting(let name)? = stream.fields[field.name]?.values, let setting = properties[name] else { continue }
                maps[name] = try FieldMapping.meanings(setting, field)
            }
        }
        return maps
    }
}
