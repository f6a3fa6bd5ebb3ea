internal import CSpawn
internal import Glibc
internal import Synchronization

/// A control group for one run of a program, below this process's own, where the system lets it have one: then nothing that the
/// program started escapes, not even what has left its process group.
///
/// Under systemd that takes `Delegate=yes` in the unit; then their memory is limited as a whole, too, not only that of each process.
final class ControlGroup: Sendable {
    private static let next = Atomic(0)

    let path: String

    /// Nil where there can be none.
    init?(memory: Int) {
        guard let base = ControlGroup.base else { return nil }
        path = "\(base)/program-\(getpid())-\(ControlGroup.next.add(1, ordering: .relaxed).newValue)"
        guard mkdir(path, 0o700) == 0 else { return nil }
        // Only where the memory controller is handed down to groups below this process's.
        ControlGroup.write("\(path)/memory.max", String(memory))
    }

    deinit {
        kill()
        // What is killed leaves the group a moment later.
        for _ in 0..<50 where rmdir(path) != 0 && errno == EBUSY { usleep(10_000) }
    }

    /// Everything in it, at once.
    func kill() { ControlGroup.write("\(path)/cgroup.kill", "1") }

    /// Below which groups are made.
    private static let base: String? = {
        guard let own else { return nil }
        // Only groups without processes of their own may hand controllers down: where systemd has handed this one over (it says so
        // in an attribute of the folder, since version 251), this process moves into a group below.
        var isDelegated: UInt8 = 0
        guard getxattr(own, "user.delegate", &isDelegated, 1) == 1, isDelegated == UInt8(ascii: "1") else { return own }
        guard mkdir("\(own)/daemon", 0o700) == 0 || errno == EEXIST else { return own }
        write("\(own)/daemon/cgroup.procs", "0")
        write("\(own)/cgroup.subtree_control", "+memory +pids")
        return own
    }()

    /// This process's.
    private static var own: String? {
        for root in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] where FileSystem.isRegularFile("\(root)/cgroup.controllers") {
            guard let groups = try? String(contentsOfSystemFile: "/proc/self/cgroup") else { continue }
            guard let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else { continue }
            let path = line.dropFirst(3)
            return path == "/" ? root : root + path
        }
        return nil
    }

    private static func write(_ path: String, _ text: String) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
        close(descriptor)
    }
}

extension String {
    /// A file whose size the system does not tell, such as those of /proc; at most 64 KiB of it.
    fileprivate init(contentsOfSystemFile path: String) throws(ReadFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ReadFailure(.unreadable, file: path, SystemError.text(errno)) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(descriptor, &bytes, bytes.count)
        self = String(decoding: bytes.prefix(Swift.max(0, count)), as: UTF8.self)
    }
}
