public import SiltaCore

/// What ``JSONItems`` yields, in the order of the document.
public enum JSONItem {
    /// A value of the list as it stands in the document, of any kind: a view of the reader's memory or of the piece, valid only while
    /// the reader yields it.
    case item(number: Int, UnsafeBufferPointer<UInt8>)
    case unreadable(number: Int, fault: ItemFault, digest: Digest)
    /// The document is not what it should be; nothing is yielded after this, whatever comes.
    case broken(DocumentFault)
}

/// Why one item of a document is not understood, while the others are.
public enum ItemFault: Hashable, Sendable {
    /// Longer than the reader's limit; its bytes were hashed and let go.
    case overlong
    /// No object, or none that is well formed.
    case malformed
    /// What should be a list, to make a row of each of its elements, is none.
    case noList
    /// So many elements in an item so long that making a row of each would take too much.
    case overfull
}

/// Why a document cannot be read, and where.
public struct DocumentFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// In bytes, from 0.
    public var offset: Int
    /// Counted from 1.
    public var line: Int
    /// What is wrong, and what would be right. Never content of the document.
    public var reason: String

    public init(offset: Int, line: Int, reason: String) {
        self.offset = offset
        self.line = line
        self.reason = reason
    }

    public var description: String { "\(reason) [line \(line), byte \(offset)]" }
}
