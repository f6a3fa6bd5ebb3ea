/// Numbers of one name, as [Prometheus](https://prometheus.io/docs/concepts/metric_types/) counts them.
///
/// ```swift
/// MetricFamily.counter("silta_polls_total", help: "Polls since the start.", [MetricSample(412, ["provider": "kuusela"])])
/// ```
///
/// No two samples of a name may have the same labels: whoever reads would keep one of them. Labels are the same from scrape to scrape and
/// few in number, because each set of values is a series of its own for ever; nothing of a pupil can be one.
public struct MetricFamily: Equatable, Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    enum Samples: Equatable, Sendable {
        case numbers([MetricSample<Double>])
        case histograms([MetricSample<Histogram>])
    }

    public let name: String
    /// What the number is and in which unit, for a person.
    public let help: String
    public let kind: Kind
    let samples: Samples

    /// What only grows while the process lives. The name ends in `_total` by custom.
    /// - Precondition: the name matches `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public static func counter(_ name: String, help: String, _ samples: [MetricSample<Double>]) -> MetricFamily {
        MetricFamily(name, help, .counter, .numbers(samples))
    }

    /// What goes up and down; NaN where it is not known.
    /// - Precondition: the name matches `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public static func gauge(_ name: String, help: String, _ samples: [MetricSample<Double>]) -> MetricFamily {
        MetricFamily(name, help, .gauge, .numbers(samples))
    }

    /// How long something took. The name ends in `_seconds` by custom.
    /// - Precondition: the name matches `[a-zA-Z_:][a-zA-Z0-9_:]*`, and no label is named `le`, which is the buckets' own.
    public static func histogram(_ name: String, help: String, _ samples: [MetricSample<Histogram>]) -> MetricFamily {
        precondition(samples.allSatisfy { $0.labels["le"] == nil }, "The label le of a histogram is its buckets' own [metric: \(name)]")
        return MetricFamily(name, help, .histogram, .histograms(samples))
    }

    private init(_ name: String, _ help: String, _ kind: Kind, _ samples: Samples) {
        precondition(MetricFamily.isName(name), "A metric's name matches [a-zA-Z_:][a-zA-Z0-9_:]* [found: \(name)]")
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// By the [data model](https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels), as it was before any text was allowed.
    private static func isName(_ text: String) -> Bool { isWord(text, with: [UInt8(ascii: "_"), UInt8(ascii: ":")]) }

    /// Names that begin with two underscores are Prometheus's own.
    static func isLabelName(_ text: String) -> Bool { !text.hasPrefix("__") && isWord(text, with: [UInt8(ascii: "_")]) }

    /// Letters, digits that are not first, and the others that are permitted.
    private static func isWord(_ text: String, with others: [UInt8]) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy { (97...122).contains($0 | 0x20) || (48...57).contains($0) || others.contains($0) }
    }
}

/// One value of a metric, with what tells it apart from the others of its name.
public struct MetricSample<Value: Sendable>: Sendable {
    public let value: Value
    public let labels: [String: String]

    /// - Parameter labels: their values may be any text.
    /// - Precondition: the labels' names match `[a-zA-Z_][a-zA-Z0-9_]*` and do not begin with two underscores.
    public init(_ value: Value, _ labels: [String: String] = [:]) {
        for name in labels.keys {
            precondition(
                MetricFamily.isLabelName(name), "A label's name matches [a-zA-Z_][a-zA-Z0-9_]* and does not begin with __ [found: \(name)]")
        }
        self.value = value
        self.labels = labels
    }
}

extension MetricSample: Equatable where Value: Equatable {}

extension MetricSample<Double> {
    public init(_ value: Int, _ labels: [String: String] = [:]) { self.init(Double(value), labels) }

    /// A duration in seconds.
    public init(_ value: Duration, _ labels: [String: String] = [:]) { self.init(value.inSeconds, labels) }
}

extension Duration {
    /// The nearest number; dividing durations gives one that is a little beside it.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
