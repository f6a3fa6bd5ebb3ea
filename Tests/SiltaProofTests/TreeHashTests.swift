import SiltaProof
import Testing

struct TreeHashTests {
    @Test func `the prefixes of leaves and nodes are those of RFC 6962`() {
        #expect(TreeHash.leaf(of: []).hex == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
        #expect(
            TreeHash.node(.leaf(of: []), .leaf(of: [0x00])).hex == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")
        #expect(TreeHash.emptyRoot.hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func `a leaf's hash does not depend on how its bytes are held`() {
        let bytes: [UInt8] = Array(0...99)
        let expected = TreeHash.leaf(of: bytes)
        #expect(TreeHash.leaf(of: ([7] + bytes + [9]).dropFirst().dropLast()) == expected)
        #expect(TreeHash.leaf(of: bytes.lazy.map { $0 }) == expected)
        #expect(TreeHash.leaf(of: 0...99 as ClosedRange<UInt8>) == expected)
        #expect(TreeHash.leaf(of: "säätö".utf8) == TreeHash.leaf(of: Array("säätö".utf8)))
    }

    @Test func `bytes, base64 and hexadecimal lead back to the same hash`() throws {
        let bytes = (0..<32).map { UInt8($0 * 7 + 1) }
        let hash = try #require(TreeHash(bytes: bytes))
        #expect(hash.bytes == bytes)
        #expect(TreeHash(base64: hash.base64) == hash)
        #expect(TreeHash(hex: hash.hex) == hash)
        #expect(TreeHash(hex: hash.hex.uppercased()) == hash)
        #expect(hash.base64.utf8.count == 44)
        #expect(hash.hex.hasPrefix("01080f"))
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `any other number of bytes is no hash`(count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(TreeHash(bytes: bytes) == nil)
        #expect(TreeHash(hex: String(repeating: "01", count: count)) == nil)
    }

    @Test(arguments: [
        "", "====", "é", "\u{0}",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",  // not padded
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",  // another spelling of the same bytes
        "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",  // the URL's alphabet
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", " 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ])
    func `base64 in any but its one spelling is no hash`(text: String) {
        #expect(TreeHash(base64: text) == nil)
    }

    @Test func `hexadecimal takes digits only`() {
        #expect(TreeHash(hex: String(repeating: "0g", count: 32)) == nil)
        #expect(TreeHash(hex: String(repeating: "é", count: 32)) == nil)
        #expect(TreeHash(hex: "+" + String(repeating: "0", count: 63)) == nil)
    }

    @Test func `hashes that differ in one bit are not equal`() throws {
        let hash = TreeHash.leaf(of: [1])
        for bit in 0..<256 {
            var bytes = hash.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(TreeHash(bytes: bytes) != hash)
        }
        #expect(Set([hash, TreeHash.leaf(of: [1]), .leaf(of: [2])]).count == 2)
    }
}
