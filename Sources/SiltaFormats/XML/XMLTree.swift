internal import CExpat

/// A whole XML document as one value, to look at how it is made.
///
/// An element is its text, or where it has attributes or elements an object: attributes are members with `@` before their names, text of
/// its own is the member `.`, and the elements of one name are one member, a list where there are several. Prefixes of namespaces are not
/// part of a name.
public enum XMLTree {
    /// - Returns: an object whose only member is the root element; nil where these are no document that ``XMLItems`` would read.
    public static func read(_ document: UnsafeRawBufferPointer) -> JSON? {
        guard let parser = XML_ParserCreate(nil) else { return nil }
        defer { XML_ParserFree(parser) }
        let builder = XMLTreeBuilder(parser)
        let status = withExtendedLifetime(builder) {
            XML_Parse(parser, document.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: document.count), 1)
        }
        guard status == XML_STATUS_OK, let root = builder.root else { return nil }
        return .object([root])
    }
}

/// What expat calls while it goes through a document: it puts together what is in the elements that are open.
private final class XMLTreeBuilder {
    private struct Element {
        let name: String
        /// Its attributes and elements, by name.
        var parts: [String: [JSON]] = [:]
        /// Their names, in order.
        var names: [String] = []
        var text: [UInt8] = []

        mutating func add(_ name: String, _ value: JSON) {
            if parts[name] == nil { names.append(name) }
            parts[name, default: []].append(value)
        }

        var value: JSON {
            let text = String(decoding: XMLHandler.trimmed(text), as: UTF8.self)
            guard !names.isEmpty else { return .string(text) }
            var members = names.map { name in
                let values = parts[name] ?? []
                return JSON.Member(name, values.count == 1 ? values[0] : .array(values))
            }
            if !text.isEmpty { members.append(JSON.Member(".", .string(text))) }
            return .object(members)
        }
    }

    private(set) var root: JSON.Member?
    private let parser: XML_Parser
    private var open: [Element] = []

    init(_ parser: XML_Parser) {
        self.parser = parser
        // Unretained: it calls back only while it parses.
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(parser) { this, name, attributes in
            guard let this, let name else { return }
            XMLTreeBuilder.at(this).begin(XMLHandler.localName(name), attributes)
        } _: { this, _ in
            guard let this else { return }
            XMLTreeBuilder.at(this).end()
        }
        XML_SetCharacterDataHandler(parser) { this, text, count in
            guard let this, let text else { return }
            XMLTreeBuilder.at(this).take(UnsafeRawBufferPointer(start: text, count: Int(count)))
        }
        XML_SetEntityDeclHandler(parser) { this, _, _, _, _, _, _, _, _ in
            guard let this else { return }
            XML_StopParser(XMLTreeBuilder.at(this).parser, 0)
        }
        XMLHandler.registerEncodings(parser)
    }

    private func begin(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?) {
        guard open.count < XMLHandler.maximumDepth else {
            XML_StopParser(parser, 0)
            return
        }
        var element = Element(name: name)
        for (name, value) in XMLHandler.attributes(attributes) { element.add("@\(name)", .string(String(decoding: value, as: UTF8.self))) }
        open.append(element)
    }

    private func end() {
        let element = open.removeLast()
        if open.isEmpty { root = JSON.Member(element.name, element.value) } else { open[open.count - 1].add(element.name, element.value) }
    }

    private func take(_ text: UnsafeRawBufferPointer) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text.append(contentsOf: text)
    }

    private static func at(_ pointer: UnsafeMutableRawPointer) -> XMLTreeBuilder {
        Unmanaged.fromOpaque(pointer).takeUnretainedValue()
    }
}
