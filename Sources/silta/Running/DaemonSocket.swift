import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaFormats
import SiltaSocket

/// The socket on which a daemon of this installation answers.
struct DaemonSocket {
    let path: String
    private let state: String

    init(_ installation: Installation) {
        path = installation.socketPath
        state = installation.realStateFolder
    }

    /// Has the daemon do a command, where one runs, and says what it answers.
    ///
    /// - Parameter arguments: of the command line, without the program's name.
    /// - Returns: false where no daemon runs.
    /// - Throws: the exit code that the daemon's answer ends with, where it is not 0.
    func forward(_ arguments: some Sequence<String>) throws -> Bool {
        let request = Request(version: Silta.version, state: state, arguments: Array(arguments)).json
        var code: Int32?
        do {
            try SocketClient.ask(path, request.bytes) { line in
                switch try Frame(line: line) {
                case .out(let text): print(text)
                case .err(let text): StandardError.complain(text)
                case .exit(let value): code = value
                }
            }
        } catch let failure as SocketFailure {
            switch failure.code {
            case .absent: return false
            case .forbidden:
                throw Failure(
                    "\(path): the daemon's socket is not for you; be a member of its group, or ask as root or as the user of silta")
            case .broken, .taken, .other: throw Failure(failure.description)
            }
        }
        guard fflush(nil) == 0 else { throw Failure("standard output cannot be written") }
        guard let code else { throw Failure("the daemon hung up before it had answered; whether it was done, `silta audit list` tells") }
        if code != 0 { throw ExitCode(code) }
        return true
    }
}
