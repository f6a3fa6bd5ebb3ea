/// The items of an event, cut into runs that each fit an entry. They are written as they come, and counted as they are written.
struct EventRuns {
    /// What each run begins with, up to the items.
    private let opening: [UInt8]
    private let closing: StaticString
    private(set) var runs: [[UInt8]] = []
    private var run: [UInt8] = []
    /// The bytes of the items of the run, each with its comma.
    private var size = 0

    init(opening: [UInt8], closing: StaticString) {
        self.opening = opening
        self.closing = closing
    }

    mutating func append(_ items: [some JSONConvertible]) {
        for item in items { append(item) }
        close()
    }

    private mutating func append(_ item: some JSONConvertible) {
        if size == 0 { run = opening }
        let start = run.count
        item.write(into: &run)
        run.append(UInt8(ascii: ","))
        let count = run.count - start
        if size > 0, size + count > EventCodec.maximumItemBytes {
            let item = run[start...]
            run.removeLast(count)
            close()
            run = opening + item
        }
        size += count
    }

    private mutating func close() {
        guard size > 0 else { return }
        run.removeLast()
        run.append(literal: closing)
        runs.append(run)
        size = 0
    }
}
