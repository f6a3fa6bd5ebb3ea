internal import SiltaConfiguration
internal import SiltaFormats

/// Which files of a source hold a stream, and how they are read: what the manifest and the source's configuration come to.
struct FileReading: Sendable {
    let patterns: [FilePattern]
    let take: FilePlan.Take
    let completion: FileCompletion?
    let member: FilePattern?
    let format: FileFormat
    let encoding: TextEncoding
    let dates: DateFormat

    init(
        _ plan: FilePlan, _ read: ReadPlan, encoding: TextEncoding, values: [String: Setting]
    ) throws(ConfigurationError) {
        patterns = plan.patterns
        take = plan.take
        completion = read.completion
        member = plan.member
        format = try plan.format(in: read, values: values)
        dates = try plan.dates(in: read, values: values)
        if case .csv = format { self.encoding = encoding } else { self.encoding = .utf8 }
    }
}
