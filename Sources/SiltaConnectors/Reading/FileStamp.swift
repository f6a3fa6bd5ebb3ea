internal import Glibc

/// What changes when somebody writes a file or puts another in its place.
///
/// As text: device, inode, size in bytes, time of writing and of any change in nanoseconds since 1970, with `:` between them.
struct FileStamp: Hashable, Sendable {
    /// A file that was written again within this time may have the same stamp: clocks of file systems are coarse.
    private static let settling = 2_000_000_000

    var device: UInt
    var inode: UInt
    var size: Int
    var written: Int
    var changed: Int

    init(_ status: stat) {
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        written = FileStamp.nanoseconds(status.st_mtim)
        changed = FileStamp.nanoseconds(status.st_ctim)
    }

    /// Nothing but how it may be reached has changed.
    func isSameContent(as other: FileStamp) -> Bool {
        (device, inode, size, written) == (other.device, other.inode, other.size, other.written)
    }

    /// Whoever writes the file from now on leaves another stamp.
    var isSettled: Bool {
        var now = timespec()
        guard clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
        return max(written, changed) <= FileStamp.nanoseconds(now) - FileStamp.settling
    }

    private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec &* 1_000_000_000 &+ time.tv_nsec }
}

extension FileStamp: Stamp {
    static let form = "1"

    init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 5, let device = UInt(parts[0]), let inode = UInt(parts[1]), let size = Int(parts[2]),
            let written = Int(parts[3]), let changed = Int(parts[4])
        else { return nil }
        (self.device, self.inode, self.size, self.written, self.changed) = (device, inode, size, written, changed)
    }

    var description: String { "\(device):\(inode):\(size):\(written):\(changed)" }
}
