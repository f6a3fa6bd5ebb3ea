import Foundation
import SiltaCore

extension Actor {
    /// Whoever runs the command, by the operating system's user name.
    static var caller: Actor {
        let user = getpwuid(getuid()).flatMap { String(validatingCString: $0.pointee.pw_name) }
        return .person(user ?? "\(getuid())")
    }
}
