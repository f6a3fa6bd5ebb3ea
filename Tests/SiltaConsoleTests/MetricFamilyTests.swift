import Testing

@testable import SiltaConsole

struct MetricFamilyTests {
    @Test func `counters and gauges are written as Prometheus reads them`() {
        let families: [MetricFamily] = [
            .counter(
                "silta_polls_total", help: "Polls since the start.",
                [
                    MetricSample(412, ["source": "primus", "provider": "kuusela"]),
                    MetricSample(0, ["provider": "aapa", "source": "primus"]),
                ]),
            .gauge("silta_checkpoint_age_seconds", help: "", [MetricSample(.milliseconds(1500))]),
        ]
        #expect(
            MetricFamily.text(of: families) == """
                # HELP silta_polls_total Polls since the start.
                # TYPE silta_polls_total counter
                silta_polls_total{provider="kuusela",source="primus"} 412
                silta_polls_total{provider="aapa",source="primus"} 0
                # HELP silta_checkpoint_age_seconds\u{20}
                # TYPE silta_checkpoint_age_seconds gauge
                silta_checkpoint_age_seconds 1.5

                """)
        #expect(MetricFamily.text(of: []) == "")
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "0"), (-3, "-3"), (4_000_000_000_000_000, "4000000000000000"), (0.1, "0.1"), (0.000_05, "5e-05"),
            (1e300, "1e+300"),
            (.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        ] as [(Double, String)])
    func `numbers are written as Go reads them`(number: Double, text: String) {
        #expect(MetricFamily.text(of: [.gauge("g", help: "h", [MetricSample(number)])]).hasSuffix("\ng \(text)\n"))
    }

    @Test func `labels and help may hold any text`() throws {
        let hard = "a\\n\n\"quoted\"\r\u{0} ä😀} {x=\"1\"} # HELP"
        let text = MetricFamily.text(of: [.gauge("g", help: hard, [MetricSample(1, ["a": hard, "b": ""])])])
        #expect(text.utf8.count { $0 == 10 } == 3)
        let read = try Exposition(text)
        #expect(read.help["g"] == hard && read["g", ["a": hard, "b": ""]] == 1)
    }

    @Test func `families of one name are one group under the help of the first`() throws {
        let text = MetricFamily.text(of: [
            .gauge("a", help: "First.", [MetricSample(1, ["provider": "x"])]), .counter("b_total", help: "B.", [MetricSample(7)]),
            .gauge("a", help: "Second.", [MetricSample(2, ["provider": "y"])]),
        ])
        let read = try Exposition(text)
        #expect(read.order == ["a", "b_total"] && read.help["a"] == "First." && read.types == ["a": "gauge", "b_total": "counter"])
        #expect(read["a", ["provider": "x"]] == 1 && read["a", ["provider": "y"]] == 2 && read["b_total"] == 7)
    }

    @Test func `a histogram has cumulative buckets, a sum and a count`() throws {
        var histogram = Histogram()
        // On a bound, just beyond it, beyond all of them, and of a clock that went back.
        for duration in [.microseconds(500), .nanoseconds(500_001), .milliseconds(30), .seconds(10), .seconds(11), .seconds(-1)]
            as [Duration]
        {
            histogram.observe(duration)
        }
        let text = MetricFamily.text(of: [
            .histogram("silta_append_seconds", help: "Appending.", [MetricSample(histogram, ["provider": "x"]), MetricSample(Histogram())])
        ])
        #expect(
            text.hasPrefix(
                """
                # HELP silta_append_seconds Appending.
                # TYPE silta_append_seconds histogram
                silta_append_seconds_bucket{provider="x",le="0.0005"} 2
                silta_append_seconds_bucket{provider="x",le="0.001"} 3
                silta_append_seconds_bucket{provider="x",le="0.0025"} 3

                """))
        #expect(
            text.contains(
                """
                silta_append_seconds_bucket{provider="x",le="10"} 5
                silta_append_seconds_bucket{provider="x",le="+Inf"} 6
                silta_append_seconds_sum{provider="x"} 21.031000001
                silta_append_seconds_count{provider="x"} 6
                silta_append_seconds_bucket{le="0.0005"} 0

                """))
        let read = try Exposition(text)
        let bounds = ["0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]
        #expect(
            bounds.map { read["silta_append_seconds_bucket", ["provider": "x", "le": $0]] } == [
                2, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 5, 6,
            ])
        #expect(read["silta_append_seconds_sum"] == 0 && read["silta_append_seconds_count"] == 0)
    }

    @Test(arguments: ["", "1a", "a-b", "a b", "ä", "a\n"]) func `a name that Prometheus would not read stops the process`(name: String)
        async
    {
        await #expect(processExitsWith: .failure) { [name] in _ = MetricFamily.gauge(name, help: "", []) }
        await #expect(processExitsWith: .failure) { [name] in _ = MetricSample(1.5, [name: "x"]) }
    }

    @Test func `a label of Prometheus's own, or two kinds of one name, stop the process`() async {
        await #expect(processExitsWith: .failure) { _ = MetricSample(1.5, ["__name__": "x"]) }
        await #expect(processExitsWith: .failure) { _ = MetricSample(1.5, ["a:b": "x"]) }
        await #expect(processExitsWith: .failure) { _ = MetricFamily.histogram("h", help: "", [MetricSample(Histogram(), ["le": "1"])]) }
        await #expect(processExitsWith: .failure) { _ = MetricFamily.text(of: [.gauge("a", help: "", []), .counter("a", help: "", [])]) }
    }

    @Test func `names may have letters, digits, underscores and colons`() {
        for name in ["a", "A9", "_", "__a", ":", "silta:rate:5m"] {
            _ = MetricFamily.gauge(name, help: "", [MetricSample(1, ["_a9Z": ""])])
        }
    }
}
