import SiltaConfiguration
import SiltaConsole
import SiltaSocket

/// Where the daemon is reached.
extension Installation {
    /// The group that may connect to the socket; nil is the daemon's own.
    func socketGroup() throws -> UInt32? {
        try configuration.socket?.group.map { name in
            guard let id = SystemDatabase.groupID(named: name) else {
                throw configuration.setting["socket"]["group"].error(
                    "there is no group \"\(name)\" on this system; make it, or name another")
            }
            return id
        }
    }

    /// Nil where there is to be no console.
    func consoleAddress() throws -> LoopbackAddress? {
        try configuration.console.map { console in
            do { return try LoopbackAddress(host: console.host, port: UInt16(clamping: console.port)) } catch {
                throw configuration.setting["console"]["listen"].error("\(error)")
            }
        }
    }
}
