import Glibc

/// Who is at the other end of a Unix socket, as the kernel tells (unix(7), `SO_PEERCRED`).
public struct Caller: Hashable, Sendable {
    public let userID: UInt32
    public let groupID: UInt32

    public init(userID: UInt32, groupID: UInt32) {
        self.userID = userID
        self.groupID = groupID
    }

    /// The name of the user in the system's database; the number where it has none.
    public var userName: String {
        SystemDatabase.entry { buffer, size, found in
            var entry = passwd()
            var result: UnsafeMutablePointer<passwd>?
            let status = getpwuid_r(userID, &entry, buffer, size, &result)
            if result != nil { found = String(cString: entry.pw_name) }
            return status
        } ?? String(userID)
    }

    /// Whether the user belongs to a group, by its first group or as one of its members.
    public func isMember(ofGroup name: String) -> Bool {
        guard let group = SystemDatabase.groupID(named: name) else { return false }
        if group == groupID { return true }
        var count: Int32 = 256
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(userName, groupID, &groups, &count) >= 0 else { return false }
        return groups.prefix(Int(count)).contains(group)
    }
}

/// The system's users and groups.
public enum SystemDatabase {
    public static func groupID(named name: String) -> UInt32? {
        let text = entry { buffer, size, found in
            var entry = group()
            var result: UnsafeMutablePointer<group>?
            let status = getgrnam_r(name, &entry, buffer, size, &result)
            if result != nil { found = String(entry.gr_gid) }
            return status
        }
        return text.flatMap { UInt32($0) }
    }

    /// Asks with a buffer that grows until the answer fits.
    static func entry(_ ask: (UnsafeMutablePointer<CChar>, Int, inout String?) -> Int32) -> String? {
        var size = 1 << 12
        while size <= 1 << 20 {
            var found: String?
            let status = withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
                ask(buffer.baseAddress!, size, &found)
            }
            if status != ERANGE { return found }
            size *= 4
        }
        return nil
    }
}
