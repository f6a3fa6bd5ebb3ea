extension MetricFamily {
    /// `Content-Type` of `text(of:)`.
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// The families in Prometheus's
    /// [text exposition format](https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format), version 0.0.4.
    ///
    /// Families of the same name are put together, under the help of the first, because each name may have one group of lines only.
    /// - Precondition: families of the same name are of the same kind.
    public static func text(of families: [MetricFamily]) -> String {
        var names: [String] = []
        var groups: [String: [MetricFamily]] = [:]
        for family in families {
            if groups[family.name] == nil { names.append(family.name) }
            groups[family.name, default: []].append(family)
        }
        return names.map { group(groups[$0] ?? []) }.joined()
    }

    private static func group(_ families: [MetricFamily]) -> String {
        guard let first = families.first else { return "" }
        precondition(families.allSatisfy { $0.kind == first.kind }, "A metric is of one kind only [metric: \(first.name)]")
        let help = first.help.escaped([("\\", "\\\\"), ("\n", "\\n")])
        let head = "# HELP \(first.name) \(help)\n# TYPE \(first.name) \(first.kind.rawValue)\n"
        return families.reduce(into: head) { text, family in text += family.lines }
    }

    private var lines: String {
        switch samples {
        case .numbers(let samples): samples.map { line("", $0.labels, $0.value.metricText) }.joined()
        case .histograms(let samples): samples.map { histogramLines($0.value, $0.labels) }.joined()
        }
    }

    private func histogramLines(_ histogram: Histogram, _ labels: [String: String]) -> String {
        var text = ""
        for (bound, count) in zip(Histogram.bounds, histogram.cumulative) {
            text += line("_bucket", labels, le: bound.inSeconds.metricText, String(count))
        }
        text += line("_bucket", labels, le: "+Inf", String(histogram.count))
        text += line("_sum", labels, histogram.sum.inSeconds.metricText)
        return text + line("_count", labels, String(histogram.count))
    }

    private func line(_ suffix: String, _ labels: [String: String], le: String? = nil, _ value: String) -> String {
        var pairs = labels.sorted { $0.key < $1.key }.map { name, value in
            "\(name)=\"\(value.escaped([("\\", "\\\\"), ("\"", "\\\""), ("\n", "\\n")]))\""
        }
        if let le { pairs.append("le=\"\(le)\"") }
        return "\(name)\(suffix)\(pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") \(value)\n"
    }
}

extension Double {
    /// As Go reads numbers; whole ones without an exponent for as long as they are counted exactly.
    fileprivate var metricText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: self).map { String($0) } ?? description
    }
}

extension String {
    fileprivate func escaped(_ replacements: [(Unicode.Scalar, String)]) -> String {
        var text = ""
        for scalar in unicodeScalars {
            if let replacement = replacements.first(where: { $0.0 == scalar }) {
                text += replacement.1
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
