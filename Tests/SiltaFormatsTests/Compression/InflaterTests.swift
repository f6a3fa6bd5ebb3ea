import Foundation
import SiltaTesting
import Testing

@testable import SiltaFormats

@Suite struct `Compressed bytes` {
    /// What `gzip` makes of the text.
    private static let packed = Array(Data(base64Encoded: "H4sIAAAAAAACA/NIzcnJ11HIQKK4AOwSkkgUAAAA") ?? Data())
    private static let text = "Hello, hello, hello\n"

    private func inflate(_ pieces: [[UInt8]]) -> (text: String, fault: CompressionFault?) {
        var inflater = Inflater(.gzip)
        var content: [UInt8] = []
        for piece in pieces {
            let fault = piece.withUnsafeBytes { inflater.feed($0) { content.append(contentsOf: $0) } }
            if let fault { return (String(decoding: content, as: UTF8.self), fault) }
        }
        return (String(decoding: content, as: UTF8.self), inflater.finish())
    }

    @Test func `are unpacked however they are split, and one member behind the other`() {
        let packed = Self.packed + Self.packed + [0, 0, 0]
        for cut in packed.indices {
            let (text, fault) = inflate([Array(packed[..<cut]), Array(packed[cut...])])
            #expect(text == Self.text + Self.text && fault == nil, "split at \(cut): \(fault?.reason ?? "")")
        }
        #expect(inflate(packed.map { [$0] }).text == Self.text + Self.text)
    }

    @Test func `that break off, are damaged or go on are told`() {
        for cut in 1..<Self.packed.count { #expect(inflate([Array(Self.packed[..<cut])]).fault != nil, "cut at \(cut)") }
        for seed in 1...500 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var bytes = Self.packed
            // Neither the time nor the system that wrote it is part of the content, nor is whether it is text.
            let place = random.number(10...(bytes.count - 1))
            bytes[place] ^= UInt8(1 << random.number(0...7))
            // The last bits of the last byte mean nothing.
            let (text, fault) = inflate([bytes])
            #expect(fault != nil || text == Self.text, "seed \(seed)")
        }
        #expect(inflate([Self.packed, [1, 2, 3]]).fault != nil)
    }

    @Test func `that would become without end are stopped`() throws {
        // 200 MB of zeros.
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "head -c 200000000 /dev/zero | gzip -n"]
        process.standardOutput = output
        try process.run()
        let packed = Array(try output.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        var inflater = Inflater(.gzip)
        let fault = packed.withUnsafeBytes { inflater.feed($0) { _ in } }
        #expect(fault?.reason.hasPrefix("this becomes more than 250 times as long") == true)
        #expect(inflater.written < 80_000_000)
    }
}
