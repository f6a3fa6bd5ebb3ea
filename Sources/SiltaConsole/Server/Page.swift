/// What a console answers to a path.
enum Page: String, CaseIterable {
    case health = "/healthz"
    case readiness = "/readyz"
    case metrics = "/metrics"

    func answer(_ report: Report) -> Answer {
        switch self {
        case .health: Page.answer(problems: report.alive)
        case .readiness: Page.answer(problems: report.alive + report.ready)
        case .metrics: Answer(200, MetricFamily.text(of: report.metrics), mediaType: MetricFamily.mediaType)
        }
    }

    private static func answer(problems: [String]) -> Answer {
        guard !problems.isEmpty else { return Answer(200, "ok\n") }
        // A line each, even of a sentence that has several.
        return Answer(503, problems.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") + "\n" }.joined())
    }
}
