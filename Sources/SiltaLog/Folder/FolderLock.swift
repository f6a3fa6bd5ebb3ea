import Glibc

/// The right to write a provider's folder, held by one process at a time.
///
/// It is `flock` on the file `lock` in the folder: the system lets go of it when the process ends, however it ends. Programs that
/// this process starts do not inherit it. The file holds the process id of whoever has or had the lock, and stays.
public final class FolderLock: Sendable {
    public let folder: String
    private let descriptor: Int32

    /// - Parameter making: whether a folder that is not there is made, for its owner only; its parent must be there.
    /// - Throws: `LogFailure.busy` if another process writes the folder, `.missing` if there is no folder, `.full` or `.io`.
    public init(folder: String, making: Bool = false) throws(LogFailure) {
        if making, mkdir(folder, 0o700) != 0, errno != EEXIST { throw FolderLock.failure("The folder could not be made", folder) }
        let path = "\(folder)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FolderLock.failure("The folder's lock could not be opened: was the provider set up?", path) }
        do throws(LogFailure) {
            try FolderLock.take(descriptor, folder, path)
            try FolderLock.write(String(getpid()) + "\n", descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.folder = folder
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func take(_ descriptor: Int32, _ folder: String, _ path: String) throws(LogFailure) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK:
                throw LogFailure(
                    .busy,
                    "Another silta is writing this folder: ask that one, or stop it [folder: \(folder), process: \(holder(descriptor))]")
            default: throw failure("The folder could not be locked", path)
            }
        }
    }

    private static func write(_ text: String, _ descriptor: Int32, _ path: String) throws(LogFailure) {
        let bytes = Array(text.utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw failure("The folder's lock could not be written", path)
        }
    }

    /// What the file says of who holds the lock; it is written just after the lock is taken, so it may be empty or of the one before.
    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
    }

    private static func failure(_ what: String, _ path: String) -> LogFailure {
        let code: LogFailure.Code =
            switch errno {
            case ENOENT, ENOTDIR: .missing
            case ENOSPC, EDQUOT: .full
            case EACCES, EPERM, EROFS: .readOnly
            default: .io
            }
        return LogFailure(code, "\(what): \(systemMessage()) [path: \(path)]")
    }
}
