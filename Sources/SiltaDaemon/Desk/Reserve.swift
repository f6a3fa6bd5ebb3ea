import Glibc

/// Room on the disk that nothing new may use: what has begun must still be written to its end.
enum Reserve {
    /// 64 MiB, and less on a small disk: a twentieth of it.
    static let bytes: Int64 = 64 << 20

    static func problem(of folder: String) -> NoRoom? {
        var status = statvfs()
        // Where there is no folder, opening says so.
        guard statvfs(folder, &status) == 0 else { return nil }
        let block = Int64(clamping: status.f_frsize)
        let free = Int64(clamping: status.f_bavail) * block
        let all = Int64(clamping: status.f_blocks) * block
        let kept = min(bytes, all / 20)
        return free < kept ? NoRoom(folder: folder, kept: kept) : nil
    }
}
