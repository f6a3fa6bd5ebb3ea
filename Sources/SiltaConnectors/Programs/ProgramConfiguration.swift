internal import Foundation
internal import SiltaConfiguration
internal import SiltaFormats

/// What stands in the configuration file of a program: the source's configuration, with the secrets themselves in place of their names.
struct ProgramConfiguration: Sendable {
    private indirect enum Value: Sendable {
        case json(JSON)
        case secret(SecretReference)
        case array([Value])
        case object([(name: String, value: Value)])
    }

    private let value: Value

    /// - Parameters:
    ///   - properties: What is configured, or else the default, already validated.
    ///   - only: the property that is the whole of what is told; nil where all of them are.
    init(_ properties: [String: Setting], schema: ConfigurationSchema, only: String? = nil) throws(ConfigurationError) {
        if let only {
            value =
                try properties[only].flatMap { (setting) throws(ConfigurationError) in
                    try schema.property(only).map { (property) throws(ConfigurationError) in
                        try ProgramConfiguration.value(setting, property.schema)
                    }
                } ?? .object([])
            return
        }
        var members: [(name: String, value: Value)] = []
        for name in schema.propertyNames {
            guard let setting = properties[name], let property = schema.property(name) else { continue }
            members.append((name, try ProgramConfiguration.value(setting, property.schema)))
        }
        value = .object(members)
    }

    /// - Returns: the file's content, and the secrets in it.
    func file(_ secret: (SecretReference) throws -> String) throws(ReadFailure) -> (content: JSON, secrets: [String]) {
        var secrets: [String] = []
        let content = try ProgramConfiguration.json(value, secret, &secrets)
        return (content, secrets)
    }

    private static func value(_ setting: Setting, _ schema: ConfigurationSchema) throws(ConfigurationError) -> Value {
        switch schema.form {
        case .string where schema.isSecret: return .secret(try setting.secretReference())
        case .string where schema.isPath: return .json(.string(try setting.absolutePath()))
        case .string: return .json(.string(try setting.string()))
        case .integer: return .json(.integer(Int64(try setting.integer(in: Int.min...))))
        case .boolean: return .json(.bool(try setting.boolean()))
        case .array(let items):
            return .array(try setting.list { (item) throws(ConfigurationError) -> Value in try value(item, items) })
        case .map(let values):
            return .object(
                try setting.entries { (entry) throws(ConfigurationError) in
                    Member(name: entry.key, value: try value(entry.value, values))
                }.map { ($0.name, $0.value) })
        case .free: return try value(setting)
        case .object:
            let found = try schema.values(of: setting.fields(allowing: schema.propertyNames))
            var members: [(name: String, value: Value)] = []
            for name in schema.propertyNames {
                guard let setting = found[name], let property = schema.property(name) else { continue }
                members.append((name, try value(setting, property.schema)))
            }
            return .object(members)
        }
    }

    /// What nobody here knows the meaning of: as YAML has it, where it is written without quotation marks. A text that names a credential is
    /// that secret.
    private static func value(_ setting: Setting) throws(ConfigurationError) -> Value {
        switch setting.content {
        case .scalar(let scalar) where scalar.text.hasPrefix("credential:"): return .secret(try setting.secretReference())
        case .scalar(let scalar) where scalar.isNull: return .json(.null)
        case .scalar(let scalar) where scalar.isQuoted: return .json(.string(scalar.text))
        case .scalar(let scalar):
            switch try? JSON.parse(scalar.text) {
            case .bool(let flag)?: return .json(.bool(flag))
            case .integer(let number)?: return .json(.integer(number))
            case .number(let number)?: return .json(.number(number))
            default: return .json(.string(scalar.text))
            }
        case .list:
            return .array(try setting.list { (item) throws(ConfigurationError) -> Value in try value(item) })
        case .mapping:
            return .object(
                try setting.entries { (entry) throws(ConfigurationError) in Member(name: entry.key, value: try value(entry.value)) }
                    .map { ($0.name, $0.value) })
        }
    }

    private struct Member {
        let name: String
        let value: Value
    }

    private static func json(
        _ value: Value, _ secret: (SecretReference) throws -> String, _ secrets: inout [String]
    ) throws(ReadFailure) -> JSON {
        switch value {
        case .json(let json): return json
        case .secret(let reference):
            let text: String
            do { text = try secret(reference) } catch { throw ReadFailure(.program, file: nil, "\(error)") }
            secrets.append(text)
            return .string(text)
        case .array(let items):
            var made: [JSON] = []
            for item in items { made.append(try json(item, secret, &secrets)) }
            return .array(made)
        case .object(let members):
            var made: [JSON.Member] = []
            for member in members { made.append(JSON.Member(member.name, try json(member.value, secret, &secrets))) }
            return .object(made)
        }
    }
}

extension Setting {
    /// A path below the file that names it, made absolute: programs run in a folder of their own.
    func absolutePath() throws(ConfigurationError) -> String {
        let text = try configuredPath().text
        let folder = URL(filePath: file).deletingLastPathComponent()
        return URL(filePath: text, relativeTo: folder).standardizedFileURL.path
    }
}
