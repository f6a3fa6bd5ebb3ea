extension Setting {
    /// `10 %`, `7.5 %`, `0.25%`: in hundredths of a per cent, 0…10000.
    func share() throws(ConfigurationError) -> Int {
        let text = try string()
        guard let hundredths = Setting.hundredths(text), hundredths <= 10_000 else {
            throw refusal(of: text, expected: "a share from 0 % to 100 %, at most two decimals, such as 7.5 %")
        }
        return hundredths
    }

    /// Hundredths of a per cent, or nil where the text is not of that form. May be more than 100 %.
    static func hundredths(_ text: String) -> Int? {
        guard text.utf8.last == UInt8(ascii: "%") else { return nil }
        var number = text.utf8.dropLast()
        if number.last == UInt8(ascii: " ") { number = number.dropLast() }
        let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...6).contains(parts[0].count), parts.allSatisfy({ $0.allSatisfy(\.isDigit) }),
            let whole = Int(String(Substring(parts[0])))
        else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        guard (1...2).contains(parts[1].count), let decimals = Int(String(Substring(parts[1]))) else { return nil }
        return whole * 100 + (parts[1].count == 1 ? decimals * 10 : decimals)
    }
}
