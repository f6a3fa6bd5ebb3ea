extension JournalLine {
    /// What the journal's socket takes, by the [native journal protocol](https://systemd.io/JOURNAL_NATIVE_PROTOCOL/): a field a line as
    /// `NAME=value`, or, where the value has a newline in it, `NAME`, newline, its size in 8 bytes with the least first, and the value.
    ///
    /// - Parameter identifier: `SYSLOG_IDENTIFIER`, by which `journalctl -t` finds the line.
    func datagram(identifier: String) -> [UInt8] {
        var bytes: [UInt8] = []
        func put(_ name: String, _ value: String) {
            bytes += name.utf8
            if value.utf8.contains(UInt8(ascii: "\n")) {
                bytes.append(UInt8(ascii: "\n"))
                withUnsafeBytes(of: UInt64(value.utf8.count).littleEndian) { bytes += $0 }
            } else {
                bytes.append(UInt8(ascii: "="))
            }
            bytes += value.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        put("MESSAGE", sentence)
        put("PRIORITY", String(priority.rawValue))
        if let messageID { put("MESSAGE_ID", messageID.description) }
        put("SYSLOG_IDENTIFIER", identifier)
        for field in fields { put(field.journalName, field.value) }
        return bytes
    }
}

extension JournalLine.Field {
    /// `SILTA_PROVIDER` for `provider`: the journal takes 64 capital letters, digits and underscores, and ours are to be told from others'.
    var journalName: String {
        let name = name.utf8.prefix(58).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return "SILTA_" + String(decoding: name, as: UTF8.self)
    }
}
