/// Where a setting stands in its file: `providers[0].sources[1].config.location`.
///
/// Held as a link to the path above, so that a long key is not copied into the path of everything below it.
public indirect enum SettingPath: Sendable {
    case root
    case key(String, below: SettingPath)
    /// From 0.
    case index(Int, below: SettingPath)
}

extension SettingPath: CustomStringConvertible {
    public var description: String {
        var parts: [String] = []
        var rest = self
        while true {
            switch rest {
            case .root:
                return parts.reversed().joined()
            case .key(let key, let above):
                if case .root = above { parts.append(SettingPath.shown(key)) } else { parts.append("." + SettingPath.shown(key)) }
                rest = above
            case .index(let index, let above):
                parts.append("[\(index)]")
                rest = above
            }
        }
    }

    /// As it is where that is clear, else in quotation marks; long keys are cut.
    private static func shown(_ key: String) -> String {
        let isPlain =
            !key.isEmpty && key.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789_-".unicodeScalars.contains($0) }
        let short = key.shortened(to: 60)
        return isPlain ? short : "\"\(short)\""
    }
}

extension String {
    /// The text, cut with an ellipsis where it is longer; line breaks and other control characters become spaces.
    func shortened(to maximum: Int) -> String {
        let kept = unicodeScalars.prefix(maximum)
        var text = ""
        for scalar in kept { text.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar) }
        return kept.endIndex == unicodeScalars.endIndex ? text : text + "…"
    }
}
