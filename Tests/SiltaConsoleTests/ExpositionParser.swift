import Testing

/// What Prometheus would read, by the text of its format alone.
struct Exposition: Equatable {
    struct Series: Hashable {
        var name: String
        var labels: [String: String]
    }

    var help: [String: String] = [:]
    var types: [String: String] = [:]
    var values: [Series: Double] = [:]
    /// The names of families, in the order in which their lines come.
    var order: [String] = []

    init(_ text: String) throws {
        try #require(text.isEmpty || text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ") {
                let words = line.dropFirst(7).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
                let name = String(words[0])
                if line.hasPrefix("# HELP ") {
                    try #require(help[name] == nil)
                    help[name] = try Exposition.unescaped(words[1])
                    order.append(name)
                } else {
                    try #require(types[name] == nil && order.last == name)
                    types[name] = String(words[1])
                }
            } else {
                let (series, value) = try Exposition.sample(line)
                try #require(values[series] == nil && order.last.map(series.name.hasPrefix) == true)
                values[series] = value
            }
        }
    }

    subscript(_ name: String, _ labels: [String: String] = [:]) -> Double? { values[Series(name: name, labels: labels)] }

    private static func sample(_ line: Substring) throws -> (Series, Double) {
        var rest = line
        var series = Series(name: String(rest.prefix { $0 != "{" && $0 != " " }), labels: [:])
        rest = rest.dropFirst(series.name.count)
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let label = String(rest.prefix { $0 != "=" })
                rest = rest.dropFirst(label.count)
                try #require(rest.hasPrefix("=\""))
                rest = rest.dropFirst(2)
                var raw = ""
                while let next = rest.first, next != "\"" {
                    let count = next == "\\" ? 2 : 1
                    raw += rest.prefix(count)
                    rest = rest.dropFirst(count)
                }
                series.labels[label] = try unescaped(raw[...])
                rest = rest.dropFirst()
            } while rest.first == ","
            try #require(rest.first == "}")
            rest = rest.dropFirst()
        }
        try #require(rest.first == " ")
        return (series, try #require(Double(rest.dropFirst())))
    }

    private static func unescaped(_ text: Substring) throws -> String {
        var plain = ""
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                plain.unicodeScalars.append(try #require(["n": "\n", "\\": "\\", "\"": "\""][scalar] as Unicode.Scalar?))
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        try #require(!isEscaped)
        return plain
    }
}
