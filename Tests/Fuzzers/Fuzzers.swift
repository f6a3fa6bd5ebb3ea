import Foundation

/// What libFuzzer calls, again and again, with bytes that it makes up so that they come to code that none came to before. Which fuzzer
/// is asked is said by the environment, since a program has one such function:
///
///     SILTA_FUZZER=csv .build-fuzz/release/fuzzers Tests/Fuzzers/Corpus/csv
///
/// `fuzz.py` builds and runs all of them. A finding is a crash, a hang, or a property that does not hold.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    chosen.run(UnsafeBufferPointer(start: data, count: data == nil ? 0 : size))
    return 0
}

private let chosen: Fuzzer = {
    let name = ProcessInfo.processInfo.environment["SILTA_FUZZER"] ?? ""
    guard let fuzzer = Fuzzer.all.first(where: { $0.name == name }) else {
        fatalError("SILTA_FUZZER is \"\(name)\"; it should be one of \(Fuzzer.all.map(\.name).joined(separator: ", "))")
    }
    return fuzzer
}()

struct Fuzzer: Sendable {
    let name: String
    let run: @Sendable (UnsafeBufferPointer<UInt8>) -> Void

    static let all = [csv, json, items, xml, archive, messages, request, manifest, configuration]
}
