/// How notices reach a recipient.
public struct DeliveryConfiguration: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        case cloudevents
    }

    public let setting: Setting
    public let url: WebAddress
    public let format: Format
    /// A Standard Webhooks secret.
    public let sign: SecretReference
    /// For one attempt, from connecting to the answer's end.
    public let timeout: Duration
    /// CIDR blocks, as text whose shape alone is checked: the private addresses that may be sent to, for trying out.
    public let allowAddresses: [String]
    public let proxy: WebAddress?
    /// Certificates to trust instead of the system's.
    public let caFile: ConfiguredPath?

    static let keys = ["url", "format", "sign", "timeout", "allow-addresses", "proxy", "ca-file"]

    init(_ setting: Setting) throws(ConfigurationError) {
        self.setting = setting
        (url, format, sign, timeout, allowAddresses, proxy, caFile) = try setting.read(allowing: DeliveryConfiguration.keys) { fields in
            try gather(
                fields.required("url") { try $0.webAddress() },
                fields.required("format") { try $0.format() },
                fields.required("sign") { try $0.secretReference() },
                fields.optional("timeout", default: .seconds(20)) { try $0.duration(in: .seconds(1) ... .seconds(300)) },
                fields.optional("allow-addresses", default: []) { blocks in try blocks.list { try $0.addressBlock() } },
                fields.optional("proxy") { try $0.webAddress() },
                fields.optional("ca-file") { try $0.configuredPath() })
        }
        guard url.isSecure || !allowAddresses.isEmpty else {
            throw setting["url"].error("plain http is only for trying out: write https, or list the address under allow-addresses")
        }
    }
}

extension Setting {
    fileprivate func format() throws(ConfigurationError) -> DeliveryConfiguration.Format {
        let isFHIR = try string() == "fhir"
        guard !isFHIR else { throw error("this version sends only cloudevents; fhir is not there yet") }
        return try choice(of: DeliveryConfiguration.Format.self)
    }

    /// The rough shape of `127.0.0.0/8` or `fd00::/8`.
    fileprivate func addressBlock() throws(ConfigurationError) -> String {
        let text = try string()
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isIPv6 = text.utf8.contains(UInt8(ascii: ":"))
        guard parts.count == 2, parts[1].allSatisfy(\.isDigit), let bits = Int(String(Substring(parts[1]))), bits <= (isIPv6 ? 128 : 32),
            Setting.isAddress(parts[0], isIPv6: isIPv6)
        else { throw refusal(of: text, expected: "a block of addresses, such as 127.0.0.0/8 or ::1/128") }
        return text
    }

    private static func isAddress(_ bytes: Substring.UTF8View, isIPv6: Bool) -> Bool {
        if isIPv6 { return bytes.count >= 2 && bytes.allSatisfy { $0.isDigit || "abcdefABCDEF:.".utf8.contains($0) } }
        let numbers = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return numbers.count == 4
            && numbers.allSatisfy { (1...3).contains($0.count) && $0.allSatisfy(\.isDigit) && (Int(String(Substring($0))) ?? 256) <= 255 }
    }
}
