public import SiltaCore

/// A value that has one JSON form, and reads it back.
///
/// What occurs by the million goes from and to bytes without a ``JSON`` in between; everything else leaves that as it is.
public protocol JSONConvertible {
    var json: JSON { get }
    /// - Throws: an ``EntryError`` that names what is missing or cannot be read.
    init(json: JSON) throws(EntryError)

    /// Writes the bytes of `json`.
    func write(into out: inout [UInt8])
    /// Reads what `init(json:)` reads, from where the reader stands to the end of the value.
    init(reading reader: inout JSONReader) throws(EntryError)
}

extension JSONConvertible {
    public func write(into out: inout [UInt8]) { json.write(into: &out) }

    public init(reading reader: inout JSONReader) throws(EntryError) {
        let json: JSON
        do { json = try reader.value() } catch { throw EntryError(error) }
        try self.init(json: json)
    }
}

extension EntryError {
    init(_ error: JSONError) { self.init("it is not JSON: \(error)") }
}

extension JSON {
    /// A member that must be there.
    public func read<Value: JSONConvertible>(_ name: String, as type: Value.Type = Value.self) throws(EntryError) -> Value {
        guard let value: Value = try readIfPresent(name) else { throw EntryError("\"\(name)\" is missing") }
        return value
    }

    /// A member that may be missing or null.
    public func readIfPresent<Value: JSONConvertible>(_ name: String, as type: Value.Type = Value.self) throws(EntryError) -> Value? {
        guard let member = self[name], !member.isNull else { return nil }
        do { return try Value(json: member) } catch { throw EntryError("\"\(name)\" cannot be read: \(error)") }
    }

    public var optional: JSON? { isNull ? nil : self }
}

extension Optional where Wrapped: JSONConvertible {
    /// Null for nil.
    var json: JSON { map(\.json) ?? .null }
}

// MARK: - Plain values

extension String: JSONConvertible {
    public var json: JSON { .string(self) }
    public func write(into out: inout [UInt8]) { out.appendJSON(self) }

    public init(json: JSON) throws(EntryError) {
        guard let text = json.string else { throw EntryError("a string should stand") }
        self = text
    }
}

extension Int64: JSONConvertible {
    public var json: JSON { .integer(self) }

    public init(json: JSON) throws(EntryError) {
        guard let number = json.integer else { throw EntryError("a whole number should stand") }
        self = number
    }
}

extension Int: JSONConvertible {
    public var json: JSON { .integer(Int64(self)) }

    public init(json: JSON) throws(EntryError) {
        self = Int(try Int64(json: json))
    }
}

extension Bool: JSONConvertible {
    public var json: JSON { .bool(self) }

    public init(json: JSON) throws(EntryError) {
        guard let flag = json.bool else { throw EntryError("true or false should stand") }
        self = flag
    }
}

extension Array: JSONConvertible where Element: JSONConvertible {
    public var json: JSON { .array(map(\.json)) }

    public init(json: JSON) throws(EntryError) {
        guard let items = json.array else { throw EntryError("an array should stand") }
        self = []
        reserveCapacity(items.count)
        for item in items { append(try Element(json: item)) }
    }

    public func write(into out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        for (index, item) in enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            item.write(into: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    public init(reading reader: inout JSONReader) throws(EntryError) {
        self = []
        do {
            var isMore = try reader.opens("[")
            while isMore {
                append(try Element(reading: &reader))
                isMore = try reader.goesOn(before: "]")
            }
        } catch let error as JSONError {
            throw EntryError(error)
        } catch let error as EntryError {
            throw error
        } catch {
            preconditionFailure("An array is read with errors of JSON and of its items only")
        }
    }
}

/// A whole number of milliseconds.
extension Duration: JSONConvertible {
    public var json: JSON { .integer(wholeMilliseconds) }

    public init(json: JSON) throws(EntryError) {
        self = .milliseconds(try Int64(json: json))
    }
}

// MARK: - Values that are one string

/// What has one text form.
protocol TextForm: JSONConvertible, LosslessStringConvertible {}

extension TextForm {
    public var json: JSON { .string(description) }

    public init(json: JSON) throws(EntryError) {
        guard let text = json.string, let value = Self(text) else { throw EntryError("\(Self.self) should stand") }
        self = value
    }
}

extension LocalDate: TextForm {
    public func write(into out: inout [UInt8]) { out.appendJSON(self) }
}
extension LocalTime: TextForm {}
extension Instant: TextForm {}
extension PupilID: TextForm {}
extension NoticeID: TextForm {}

extension Position: JSONConvertible {
    public var json: JSON { .integer(value) }

    public init(json: JSON) throws(EntryError) { self.init(try Int64(json: json)) }
}

/// Identifiers and closed choices whose names are spelled into the log.
protocol RawText: JSONConvertible, RawRepresentable where RawValue == String {}

extension RawText {
    public var json: JSON { .string(rawValue) }
    public func write(into out: inout [UInt8]) { out.appendJSON(rawValue) }

    public init(json: JSON) throws(EntryError) {
        guard let text = json.string, let value = Self(rawValue: text) else { throw EntryError("\(Self.self) should stand") }
        self = value
    }

    public init(reading reader: inout JSONReader) throws(EntryError) {
        let text: String
        do { text = try reader.string() } catch { throw EntryError(error) }
        guard let value = Self(rawValue: text) else { throw EntryError("\(Self.self) should stand") }
        self = value
    }
}

extension SourceID: RawText {}
extension QuarantineID: RawText {}
extension RegisterKey: RawText {}
extension EnrolmentKey: RawText {}
extension MarkKey: RawText {}
extension OfferedKey: RawText {}
extension GroupName: RawText {}
extension ConsentKey: RawText {}
extension SchoolID: RawText {}
extension RecipientID: RawText {}
extension RuleID: RawText {}
extension ServiceID: RawText {}
extension Purpose: RawText {}
extension ScopeID: RawText {}
extension Digest: RawText {}
extension MarkClass: RawText {}
extension NoticeField: RawText {}
extension NoticeRule.Release: RawText {}
extension Consent.Giver: RawText {}
extension ToldConsent.Lapse: RawText {}
extension Assessment.Expected: RawText {}
extension HoldReason: RawText {}
extension WithdrawalReason: RawText {}
extension FailureReason: RawText {}
extension Message.Kind: RawText {}
extension Message.Final: RawText {}
extension RecordKind: RawText {}
