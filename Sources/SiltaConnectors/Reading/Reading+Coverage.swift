internal import SiltaCore

extension Reading {
    /// Days are covered by marks that were read: of a source that reads none, what is claimed is claimed of offered minutes.
    mutating func settleCoverage(readsAbsences: Bool) {
        guard !readsAbsences else { return }
        coverageOfOffered = coverageOfOffered ?? coverage
        coverage = []
    }
}
