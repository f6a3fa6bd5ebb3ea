import SiltaCore
import SiltaTesting
import Testing

struct MergesTests {
    private let ids = (1...6).map { PupilID(bits: UInt128($0)) }

    private func merged(_ pairs: (Int, Int)...) -> Merges {
        var merges = Merges()
        for (pupil, into) in pairs { merges.evolve(.merged(into: ids[into], why: nil), of: ids[pupil]) }
        return merges
    }

    @Test func `every id leads to the survivor`() {
        let merges = merged((0, 1), (2, 1), (1, 3))
        for id in ids[0...3] {
            #expect(merges.survivor(of: id) == ids[3])
            #expect(merges.all(of: id) == [ids[3], ids[0], ids[1], ids[2]])
        }
        #expect(merges.all(of: ids[4]) == [ids[4]])
    }

    @Test func `a split undoes a merge and keeps the two apart`() throws {
        var merges = merged((0, 1), (1, 3))
        guard case .pupil(let id, let event) = try merges.split(ids[1], why: nil) else { return }
        merges.evolve(event, of: id)
        #expect(merges.all(of: ids[0]) == [ids[1], ids[0]])
        #expect(merges.all(of: ids[3]) == [ids[3]])
        #expect(merges.areApart(ids[0], ids[3]))
        #expect(merges.kin(of: ids[3]) == Set([ids[0], ids[1], ids[3]]))
        #expect(throws: MergeRejection.notMerged(ids[1])) { try merges.split(ids[1], why: nil) }
        #expect(throws: MergeRejection.oneAlready(ids[1])) { try merges.merge(ids[0], into: ids[1], why: nil) }
    }

    @Test func `what is stored is what was`() {
        for seed in UInt64(1)...200 {
            var random = SeededRandom(seed: seed)
            var merges = Merges()
            for _ in 0..<random.number(0...14) {
                let event =
                    random.chance(70)
                    ? try? merges.merge(random.pick(ids), into: random.pick(ids), why: nil)
                    : try? merges.split(random.pick(ids), why: nil)
                if case .pupil(let id, let event)? = event { merges.evolve(event, of: id) }
            }
            let apart = merges.apart.flatMap { one, others in others.filter { one < $0 }.map { (one, $0) } }
            #expect(Merges(survivors: merges.survivors, apart: apart) == merges, "seed \(seed)")
            for id in ids {
                #expect(merges.all(of: id).contains(id), "seed \(seed)")
                #expect(merges.all(of: id).allSatisfy { merges.survivor(of: $0) == merges.survivor(of: id) }, "seed \(seed)")
            }
        }
    }
}
