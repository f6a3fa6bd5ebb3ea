import SiltaConfiguration

/// What a reading is refused with, a line for each problem; empty where it is not refused.
func problems(_ read: () throws -> some Any) -> String {
    do {
        _ = try read()
        return ""
    } catch {
        return "\(error)"
    }
}

/// The whole of a text, as file `x.yaml`.
func setting(_ text: String) throws(ConfigurationError) -> Setting {
    try YAMLDocument.parse(text, file: "x.yaml")
}

/// The value of the key `v`.
func value(_ text: String) throws(ConfigurationError) -> Setting {
    try setting("v: " + text).fields(allowing: ["v"]).required("v")
}
