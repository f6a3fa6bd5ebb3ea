/// What a file is opened for.
public enum FileAccess: Sendable {
    /// Writing, and making the file if it is not there yet. Only for setting up a provider: a daemon that made a log because the
    /// disk with the log was not mounted would begin to tell another history.
    case creator
    /// Writing. One process at a time, the one that holds the `FolderLock`, through one connection.
    case writer
    /// Reading, while another process may write. Never writes anything, not even a checkpoint of the write-ahead log.
    case reader
}
