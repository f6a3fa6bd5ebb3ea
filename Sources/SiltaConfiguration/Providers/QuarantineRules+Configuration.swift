internal import SiltaCore

extension QuarantineRules {
    /// `{keep: 90d, failing-above: 5 %}`, or a number of rows instead of the share; what it does not say is as `standard` has it.
    init(_ setting: Setting, standard: QuarantineRules) throws(ConfigurationError) {
        let (keep, limit) = try setting.read(allowing: ["keep", "failing-above"]) { fields in
            try gather(
                fields.optional("keep", default: standard.keep) { try $0.duration(in: .days(1) ... .days(3660)) },
                fields.optional("failing-above", default: (standard.rows, standard.shareHundredths)) { try QuarantineRules.limit($0) })
        }
        self.init(keep: keep, rows: limit.0, shareHundredths: limit.1)
    }

    /// A share counts whatever the number of rows, and a number of rows whatever their share.
    private static func limit(_ setting: Setting) throws(ConfigurationError) -> (Int, Int) {
        if try setting.string().contains("%") { return (0, try setting.share()) }
        return (try setting.integer(in: 0...1_000_000), 0)
    }
}
