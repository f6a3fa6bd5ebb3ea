import Foundation
import Testing

@testable import SiltaProof

struct Base64Tests {
    @Test func `bytes of any length are what others make of them, and read back`() {
        var random = Repeated(state: 1)
        for count in Array(0..<200) + [1000, 65_535] {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString(), "\(count) bytes")
            #expect(Base64.decode(text.utf8) == bytes, "\(count) bytes")
        }
    }

    @Test func `of all spellings one is read`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=- \n".utf8)
        var random = Repeated(state: 2)
        for seed in 0..<20_000 {
            let count = Int(random.next() % 10)
            let text = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            guard let bytes = Base64.decode(text) else { continue }
            #expect(Base64.encode(bytes).utf8.elementsEqual(text), "\(seed)")
        }
        for text in [
            "A", "AA", "AAA", "AB==", "AAB=", "====", "A===", "AA=A", "AAAA=", "AAAA====", "AA==AAAA", "AA-_", "AA A", "AAA\u{80}",
        ] {
            #expect(Base64.decode(text.utf8) == nil, "\(text)")
        }
    }
}

/// Numbers that a seed repeats (a linear congruential generator; Knuth).
private struct Repeated {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
