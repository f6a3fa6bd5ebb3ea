import ArgumentParser
import Foundation
import SiltaConfiguration
import SiltaDaemon

/// What a command ends with: 0 done; 1 it failed; 2 wrong usage or configuration; 3 done, but something needs attention.
enum Ending {
    /// The exit code that an error means, having said what there is to say.
    static func code(of error: any Error, complain: (String) -> Void) -> Int32 {
        switch error {
        case is Attention: return 3
        case let error as ConfigurationError:
            complain("\(error)")
            return 2
        case let error as UsageError:
            complain(error.sentence)
            return 2
        case let code as ExitCode: return code.rawValue
        default:
            switch Silta.exitCode(for: error) {
            case .success:
                print(Silta.fullMessage(for: error))
                return 0
            case .validationFailure:
                complain(Silta.fullMessage(for: error))
                return 2
            default:
                complain("\(error)")
                return 1
            }
        }
    }
}
