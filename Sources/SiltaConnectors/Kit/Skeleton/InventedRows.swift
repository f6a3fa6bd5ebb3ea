internal import SiltaCore
internal import SiltaFormats

/// Rows of nobody, written as a register writes its own: for the example of a new connector. Nothing of the sample stands in them but
/// its columns' names and its codes.
struct InventedRows {
    private static let pupils: [(key: String, family: String, given: String, hetu: String, learner: String, grade: Int)] = [
        ("900001", "Laine", "Aino Helmi", "010112A", "1.2.246.562.24.00000000013", 8),
        ("900002", "Öhman", "Eino", "020213A", "1.2.246.562.24.00000000026", 7),
    ]
    private static let checkCharacters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")

    let stream: GuessedStream

    /// The content of the example's file.
    ///
    /// - Parameter others: of the same document.
    func bytes(with others: [InventedRows]) -> [UInt8] {
        let rows = rows
        switch stream.sample.format {
        case .csv(let separator, let quoting, let encoding, let skipped, let hasHeader):
            func field(_ text: String) -> String {
                quoting == .rfc4180 && (text.contains(separator) || text.contains("\""))
                    ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
            }
            var lines = (0..<skipped).map { _ in "invented" }
            if hasHeader { lines.append(stream.sample.columns.map(field).joined(separator: separator)) }
            lines += rows.map { $0.map(field).joined(separator: separator) }
            let text = lines.map { $0 + "\n" }.joined()
            switch encoding {
            case .utf8: return Array(text.utf8)
            case .utf16: return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
            default: return text.unicodeScalars.map { $0.value < 256 ? UInt8($0.value) : UInt8(ascii: "?") }
            }
        case .json: return document(with: others).bytes + [10]
        case .jsonLines: return (document(with: others).array ?? []).flatMap { $0.bytes + [10] }
        case .xml: return XMLText.bytes(of: document(with: others))
        }
    }

    private func document(with others: [InventedRows]) -> JSON {
        others.reduce(document) { InventedRows.joined($0, $1.document) }
    }

    /// The rows as a list where their items stand; each list around it has one element.
    private var document: JSON {
        let items = JSON.array(self.items)
        switch stream.sample.format {
        case .csv, .jsonLines: return items
        case .json(let pointer, _):
            let parts: [String] = pointer.split(separator: "/").map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
            return parts.reversed().reduce(items) { inner, name in name == "*" ? .array([inner]) : .object([.init(name, inner)]) }
        case .xml(let path, _):
            return path.split(separator: "/").reversed().reduce(items) { inner, name in .object([.init(String(name), inner)]) }
        }
    }

    /// A row each; of a list within the items, a pupil each, with their rows in it.
    private var items: [JSON] {
        guard let each = stream.sample.format.place.each else { return rows.map { object($0, of: stream.sample.columns.indices) } }
        let inner = stream.sample.inner
        let rows = rows
        return InventedRows.pupils.indices.prefix(rows.count).map { pupil in
            let own = rows.indices.filter { $0 % InventedRows.pupils.count == pupil }
            let item = object(rows[pupil], of: inner.upperBound..<stream.sample.columns.count)
            let list = own.map { object(rows[$0], of: inner, without: each.utf8.count + 1) }
            return InventedRows.put(.array(list), at: each.split(separator: ".").map(String.init)[...], in: item)
        }
    }

    /// Two documents as one: what both have is gone into, and what one leaves empty is the other's.
    private static func joined(_ one: JSON, _ other: JSON) -> JSON {
        switch (one, other) {
        case (.array(let ones), .array(let others)):
            let both = min(ones.count, others.count)
            return .array(zip(ones, others).map { joined($0, $1) } + ones[both...] + others[both...])
        case (.object, .object):
            var members = one.members
            for member in other.members {
                if let index = members.firstIndex(where: { $0.name == member.name }) {
                    members[index].value = joined(members[index].value, member.value)
                } else {
                    members.append(member)
                }
            }
            return .object(members)
        default: return one.scalarText == "" ? other : one
        }
    }

    /// - Parameters:
    ///   - columns: those that are put into it.
    ///   - prefix: so many bytes of their names are left out.
    private func object(_ row: [String], of columns: Range<Int>, without prefix: Int = 0) -> JSON {
        var json = JSON.object([])
        for column in columns {
            let path = String(decoding: stream.sample.columns[column].utf8.dropFirst(prefix), as: UTF8.self)
            let number = stream.profiles[column].form == .integer ? Int64(row[column]).map(JSON.integer) : nil
            // An element's own text is called as the element is, and an item's is a dot.
            let names = path == "." ? [path] : path.split(separator: ".").map(String.init)
            json = InventedRows.put(number ?? .string(row[column]), at: names[...], in: json)
        }
        return json
    }

    private static func put(_ value: JSON, at path: ArraySlice<String>, in json: JSON) -> JSON {
        guard let name = path.first else {
            guard case .object(let members) = json, !members.isEmpty else { return value }
            return .object(members + [.init(".", value)])
        }
        if json.scalarText != nil, name != "." { return put(value, at: path, in: .object([.init(".", json)])) }
        // The only element of a list.
        if name == "0" { return .array([put(value, at: path.dropFirst(), in: json.array?.first ?? .object([]))]) }
        var members = json.members
        let inner = put(value, at: path.dropFirst(), in: json[name] ?? .object([]))
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value = inner
        } else {
            members.append(.init(name, inner))
        }
        return .object(members)
    }

    private var rows: [[String]] {
        let count = stream.kind == .absence ? max(2, min(stream.codes.count, 12)) : stream.kind == .coverage ? 1 : 2
        return (0..<count).map { number in
            var row = [String](repeating: "", count: stream.sample.columns.count)
            for field in stream.fields {
                guard let column = field.column else { continue }
                row[column] = value(field.name, number, stream.profiles[column])
            }
            for column in stream.profiles.indices where row[column].isEmpty && stream.profiles[column].form == .time {
                row[column] = InventedRows.time("09", "00", stream.profiles[column])
            }
            return row
        }
    }

    private func value(_ field: String, _ number: Int, _ profile: ColumnProfile) -> String {
        let pupil = InventedRows.pupils[number % InventedRows.pupils.count]
        switch field {
        case "key": return String(number + 1)
        case "pupil": return pupil.key
        case "hetu": return InventedRows.identityCode(pupil.hetu)
        case "oppijanumero": return pupil.learner
        case "family-name": return pupil.family
        case "given-names": return pupil.given
        case "called": return String(pupil.given.prefix { $0 != " " })
        case "school-name": return "Koivukylän koulu"
        case "school-oid": return "1.2.246.562.10.00000000001"
        case "school": return profile.form == .organisation ? "1.2.246.562.10.00000000001" : "*"
        case "school-code": return "1"
        case "group": return "\(pupil.grade)A"
        case "grade": return String(pupil.grade)
        case "home-municipality": return "186"
        case "date": return date(2026, 9, 14 + number % 5, profile)
        case "from": return date(2026, 8, 12, profile)
        case "given": return date(2026, 8, 20, profile)
        case "through": return [.coverage, .offered].contains(stream.kind) ? date(2026, 9, 18, profile) : ""
        case "start": return profile.form == .instant ? "2026-09-14T08:15:00" : InventedRows.time("08", "15", profile)
        case "minutes": return InventedRows.length(profile)
        case "class": return stream.codes.isEmpty ? "" : stream.codes[number % stream.codes.count].code
        case "giver": return profile.codes.first { FieldWords.giver($0) != nil } ?? "guardian"
        case "purpose": return "opiskeluhuolto"
        case "recipient": return "hva-keusote"
        case "scope": return "perus"
        default: return ""
        }
    }

    private func date(_ year: Int, _ month: Int, _ day: Int, _ profile: ColumnProfile) -> String {
        let (paddedMonth, paddedDay) = ((month < 10 ? "0" : "") + String(month), (day < 10 ? "0" : "") + String(day))
        switch profile.form {
        case .date("d.M.yyyy"): return "\(day).\(month).\(year)"
        case .date("d/M/yyyy"): return "\(day)/\(month)/\(year)"
        case .date("yyyyMMdd"): return "\(year)\(paddedMonth)\(paddedDay)"
        case .instant: return "\(year)-\(paddedMonth)-\(paddedDay)T08:15:00"
        default: return "\(year)-\(paddedMonth)-\(paddedDay)"
        }
    }

    private static func time(_ hour: String, _ minute: String, _ profile: ColumnProfile) -> String {
        switch profile.times {
        case .point?: "\(hour).\(minute)"
        case .seconds?: "\(hour):\(minute):00"
        default: "\(hour):\(minute)"
        }
    }

    /// Three quarters of an hour.
    private static func length(_ profile: ColumnProfile) -> String {
        switch profile.unit {
        case .hours?: profile.form == .decimal ? "0\(profile.decimalSign.rawValue)75" : "1"
        case .lessons?: "1"
        default: "45"
        }
    }

    /// Of the 900-series, which is never issued, with its check character.
    private static func identityCode(_ beginning: String) -> String {
        let digits = Int(beginning.prefix(6) + "900") ?? 0
        return "\(beginning)900\(checkCharacters[digits % 31])"
    }
}
