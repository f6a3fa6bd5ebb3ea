import Foundation
import SiltaConfiguration
import SiltaSocket

/// Who may ask the daemon for what.
struct Permissions {
    let roles: RolesConfiguration

    /// Root and the daemon's own user have every role: they can read and write its files anyway.
    func roles(of caller: Caller) -> Set<Role> {
        guard caller.userID != 0, caller.userID != geteuid() else { return Set(Role.allCases) }
        let name = caller.userName
        return Set(
            roles.holders.filter { _, holders in
                holders.contains { holder in
                    switch holder {
                    case .user(let user): user == name
                    case .group(let group): caller.isMember(ofGroup: group)
                    }
                }
            }.keys)
    }
}
