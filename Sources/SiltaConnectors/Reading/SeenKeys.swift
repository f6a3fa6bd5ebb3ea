/// Which keys the rows of one kind had so far, those of rejected rows included.
struct SeenKeys<Interpreter: RecordInterpreter> {
    enum Sight {
        case first
        /// The record at this index has it.
        case record(Int)
        /// A row that is rejected anyway has it.
        case rejected(RecordPlace)
    }

    private var table = KeyTable()
    private var rejected: [(key: String, place: RecordPlace)] = []

    /// - Parameter index: Where the record will be, if its key is new.
    mutating func see(_ key: String, at index: Int, records: Interpreter.Records) -> Sight {
        see(key, place: Int32(index) << 1, records: records)
    }

    mutating func see(_ key: String, rejectedAt place: RecordPlace, records: Interpreter.Records) -> Sight {
        let sight = see(key, place: Int32(rejected.count) << 1 | 1, records: records)
        if case .first = sight { rejected.append((key, place)) }
        return sight
    }

    /// In the table, even places are records and odd ones rejected rows.
    private mutating func see(_ key: String, place: Int32, records: Interpreter.Records) -> Sight {
        let rejected = rejected
        let seen = table.insert(key, at: place) { place in
            let index = Int(place >> 1)
            return place & 1 == 0 ? records.isKey(key, at: index) : key.utf8.elementsEqual(rejected[index].key.utf8)
        }
        guard let seen else { return .first }
        return seen & 1 == 0 ? .record(Int(seen >> 1)) : .rejected(rejected[Int(seen >> 1)].place)
    }
}
