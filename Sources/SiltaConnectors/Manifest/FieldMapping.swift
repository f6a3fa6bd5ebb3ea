internal import SiltaConfiguration
internal import SiltaCore

/// Where one field of a canonical record comes from, as a manifest says it.
public struct FieldMapping: Sendable {
    public enum Values: Sendable {
        /// What the register's words mean.
        case listed([String: String])
        /// The configuration says what they mean, in the property of this name.
        case setting(String)
    }

    public internal(set) var origin: FieldOrigin
    /// What is looked up by what the origin says, table by table.
    public let lookups: [LookupMapping]
    public let values: Values?
    /// What every word means that the values do not list; nil where such a word is not understood.
    let others: String?
    /// Where it is not the one of the whole manifest.
    public let dates: DateFormat?
    public let times: TimeFormat?
    public internal(set) var numbers: NumberFormat?
    /// The property that says how long a day is, where the configuration does.
    let minutesADay: String?
    /// What it is where it is empty, as the canonical record has it, or as one of the register's words that mean something.
    public let otherwise: String?
    /// What stands in no row of a table is as if it were empty.
    let isMissingEmpty: Bool
    /// What stands in several rows of a table that differ is as if it were empty, too.
    let isSeveralEmpty: Bool
    /// Which part of the text is meant; nil for all of it.
    let part: TextPart?
    /// What stands behind the column of a key, to tell apart two records that are made of one row.
    let suffix: String
    /// A row in which it is empty is not understood.
    public let isRequired: Bool

    private static let keys =
        FieldOrigin.keys + LookupMapping.keys.filter { $0 != "take" } + [
            "values", "values-from", "date", "time", "number", "unit", "minutes-a-day", "default", "required", "otherwise", "suffix",
            "several", "split", "part",
        ]

    init(
        _ setting: Setting, of field: CanonicalField, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) {
        switch setting.content {
        case .scalar:
            self.init(.column(try setting.string()), of: field)
        case .list where field.name == "key":
            self.init(.fields(try setting.list(atLeast: 2) { (part) throws(ConfigurationError) in try part.string() }), of: field)
        case .list:
            throw setting.error("only a key is put together of several fields; for several columns write {columns: [a, b]}")
        case .mapping:
            self = try setting.read(allowing: FieldMapping.keys) { (fields) throws(ConfigurationError) in
                try FieldMapping(fields, of: field, schema: schema, tables: tables)
            }
        }
    }

    /// A column by its name alone.
    init(column: String, of field: CanonicalField) { self.init(.column(column), of: field) }

    private init(_ origin: FieldOrigin, of field: CanonicalField) {
        self.origin = origin
        lookups = []
        (values, others, dates, times, numbers, minutesADay, otherwise) = (nil, nil, nil, nil, nil, nil, nil)
        (isMissingEmpty, isSeveralEmpty, part, suffix, isRequired) = (false, false, nil, "", field.isNeeded)
    }

    private init(
        _ fields: Fields, of field: CanonicalField, schema: ConfigurationSchema, tables: [TableMapping]
    ) throws(ConfigurationError) {
        lookups = try LookupMapping.chain(fields, tables)
        origin = try FieldOrigin(fields, of: field, schema: schema, isLookedUp: !lookups.isEmpty)
        try FieldMapping.check(fields, origin, of: field)
        values = try FieldMapping.values(fields, of: field, schema: schema)
        others = try FieldMapping.others(fields, of: field)
        dates = try fields.optional("date").map { (format) throws(ConfigurationError) in try DateFormat(format) }
        times = try fields.optional("time")?.choice(of: TimeFormat.self)
        numbers =
            fields.optional("number") == nil ? nil : try NumberFormat(fields, isMinutes: field.content == .minutes)
        minutesADay = try FieldMapping.minutesADay(fields, schema)
        let isEmptyDefault = try fields.optional("default")?.string(allowingEmpty: !field.isNeeded && !lookups.isEmpty).isEmpty == true
        otherwise = isEmptyDefault ? nil : try FieldMapping.otherwise(fields, of: field, values)
        isMissingEmpty = isEmptyDefault || otherwise != nil
        isSeveralEmpty = try FieldMapping.several(fields, of: field)
        part = try FieldMapping.part(fields, origin)
        suffix = try FieldMapping.suffix(fields, origin, of: field)
        let required = try fields.optional("required")?.boolean() ?? false
        isRequired = field.isNeeded || required
    }

    /// What belongs to another kind of field, or to another origin.
    private static func check(_ fields: Fields, _ origin: FieldOrigin, of field: CanonicalField) throws(ConfigurationError) {
        let isSpan = if case .span = origin { true } else { false }
        if let date = fields.optional("date"), field.content != .date { throw date.error("\(field.name) is no date") }
        if let time = fields.optional("time"), field.content != .time, !isSpan { throw time.error("\(field.name) is no time") }
        if let number = fields.optional("number"), field.content != .integer, field.content != .minutes {
            throw number.error("\(field.name) is no number")
        }
        if let unit = fields.optional("unit"), fields.optional("number") == nil {
            throw unit.error("a unit goes with number, which says how decimals are written: number: \".\" or number: \",\"")
        }
        if let day = fields.optional("minutes-a-day"), try fields.optional("unit")?.string() != NumberFormat.Unit.days.rawValue {
            throw day.error("this goes with unit: days")
        }
        if let otherwise = fields.optional("default"), fields.optional("required") != nil {
            throw otherwise.error("what has a default is never empty; keep one of default and required")
        }
        let strangers =
            switch origin {
            case .constant, .setting:
                ["split", "part", "lookup", "values", "values-from", "otherwise", "date", "time", "number", "default", "required"]
            case .span: ["split", "part", "lookup", "values", "values-from", "otherwise", "number"]
            default: [String]()
            }
        for key in strangers {
            guard let stray = fields.optional(key) else { continue }
            throw stray.error(
                isSpan ? "this does not go with from and through" : "this goes with a column; a constant is as the record has it")
        }
    }

    /// Of a mark's class it is never guessed: what is not known there must be looked at.
    private static func others(_ fields: Fields, of field: CanonicalField) throws(ConfigurationError) -> String? {
        guard let setting = fields.optional("otherwise") else { return nil }
        guard fields.optional("values") != nil || fields.optional("values-from") != nil else {
            throw setting.error("this goes with values or values-from; what stands where nothing is, is default")
        }
        guard field.name != "class" else {
            throw setting.error("a code without a class is quarantined and never guessed; list its class under values")
        }
        return try FieldMapping.word(setting, field)
    }

    private static func suffix(_ fields: Fields, _ origin: FieldOrigin, of field: CanonicalField) throws(ConfigurationError) -> String {
        guard let setting = fields.optional("suffix") else { return "" }
        switch origin {
        case .column, .joined, .first: break
        default: throw setting.error("this goes with the column of a key, or with several")
        }
        guard field.name == "key" else { throw setting.error("this goes with the column of a key, or with several") }
        return try setting.string()
    }

    /// Of somebody's protection it is never unknown: that must be looked at.
    private static func several(_ fields: Fields, of field: CanonicalField) throws(ConfigurationError) -> Bool {
        guard let setting = fields.optional("several") else { return false }
        let text = try setting.string()
        guard text == "empty" else { throw setting.refusal(of: text, expected: "\"empty\", or nothing") }
        guard fields.optional("lookup") != nil else { throw setting.error("this goes with lookup") }
        guard !field.isNeeded, !field.name.contains("non-disclosure") else {
            throw setting.error("\(field.name) must be known: where rows differ, the record is quarantined")
        }
        return true
    }

    private static func part(_ fields: Fields, _ origin: FieldOrigin) throws(ConfigurationError) -> TextPart? {
        switch (fields.optional("split"), fields.optional("part")) {
        case (nil, nil): return nil
        case (let split?, let part?):
            guard case .column = origin else { throw split.error("this goes with one column") }
            return TextPart(separator: try split.string(), number: try part.integer(in: 1...20))
        case (let stray?, nil): throw stray.error("which part is meant must stand beside it: part: 1")
        case (nil, let stray?): throw stray.error("what stands between the parts must stand beside it: split: \", \"")
        }
    }

    private static func minutesADay(_ fields: Fields, _ schema: ConfigurationSchema) throws(ConfigurationError) -> String? {
        guard let day = fields.optional("minutes-a-day"), case .setting(let name) = try Parameter(day, schema: schema) else { return nil }
        return name
    }

    private static func otherwise(
        _ fields: Fields, of field: CanonicalField, _ values: Values?
    ) throws(ConfigurationError) -> String? {
        guard let setting = fields.optional("default") else { return nil }
        let text = try setting.string()
        // Of words whose meaning the configuration says, it is not known here which there are.
        if case .listed(let meanings) = values, let meaning = meanings[text] { return meaning }
        return try field.canonical(setting)
    }

    private static func values(_ fields: Fields, of field: CanonicalField, schema: ConfigurationSchema) throws(ConfigurationError)
        -> Values?
    {
        switch (fields.optional("values"), fields.optional("values-from")) {
        case (nil, nil): return nil
        case (_?, let from?): throw from.error("there are values beside it; keep one of them")
        case (nil, let from?): return .setting(try schema.name(at: from))
        case (let listed?, nil): return .listed(try meanings(listed, field))
        }
    }

    /// The register's words and what they mean.
    static func meanings(_ setting: Setting, _ field: CanonicalField) throws(ConfigurationError) -> [String: String] {
        var meanings: [String: String] = [:]
        var problems: [ConfigurationProblem] = []
        for entry in try setting.entries() {
            do throws(ConfigurationError) { meanings[entry.key] = try word(entry.value, field) } catch { problems += error.problems }
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return meanings
    }

    /// A text that the field may hold; the empty one where the record can be without it.
    static func word(_ setting: Setting, _ field: CanonicalField) throws(ConfigurationError) -> String {
        let text = try setting.string(allowingEmpty: !field.isNeeded)
        guard !text.isEmpty else { return text }
        if case .word(let words) = field.content, !words.contains(text) {
            throw setting.refusal(of: text, expected: "one of \(words.joined(separator: ", "))", nearestOf: words)
        }
        return text
    }
}

extension CanonicalField {
    /// A value as the record has it: dates `yyyy-MM-dd`, times `HH:mm`, whole numbers, one of its words.
    func canonical(_ setting: Setting) throws(ConfigurationError) -> String {
        switch content {
        case .text, .word:
            _ = try setting.string()
            return try FieldMapping.word(setting, self)
        case .date: return try setting.date().description
        case .integer, .minutes: return String(try setting.integer(in: 0...))
        case .time:
            let text = try setting.string()
            guard let time = LocalTime(text) else { throw setting.refusal(of: text, expected: "a time, such as 08:15") }
            return time.description
        }
    }
}
