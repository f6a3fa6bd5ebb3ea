extension NoticeRejection: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notWaitingForRelease(let status): "the notice does not wait for a release: it is \(status.name)"
        case .alreadyReleased: "the notice is released already"
        case .nothingFailed(let status): "nothing of the notice has failed that could be tried again: it is \(status.name)"
        case .alreadyDelivered: "the notice has been delivered; only corrected facts take it back"
        case .alreadyWithdrawn: "the notice has been taken back already"
        }
    }
}
