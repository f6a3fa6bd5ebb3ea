internal import Foundation
public import SiltaConfiguration
public import SiltaCore

/// What a connector that is a program needs of whoever runs it.
public struct ProgramHost: Sendable {
    /// A line that a program wrote to standard error, or that its host has to say of it. Without secrets, without control characters.
    public struct Line: Hashable, Sendable {
        public enum Level: Character, Sendable, Comparable {
            case error = "E"
            case warning = "W"
            case info = "I"
            case debug = "D"

            public static func < (one: Level, other: Level) -> Bool { one.rank < other.rank }

            private var rank: Int {
                switch self {
                case .error: 0
                case .warning: 1
                case .info: 2
                case .debug: 3
                }
            }
        }

        public var level: Level
        public var text: String

        public init(_ level: Level, _ text: String) {
            self.level = level
            self.text = text
        }
    }

    /// By when a poll must have ended.
    public var deadline: Duration
    /// The local date where the provider is.
    public var today: @Sendable () -> LocalDate
    /// The value of a credential; what it throws says which is missing, and is shown.
    public var secret: @Sendable (SecretReference) throws -> String
    /// Is called for each line, on the thread that reads.
    public var tell: @Sendable (Line) -> Void
    /// Private folders of programs are made below it.
    public var folder: String
    /// A folder on a disk, for what programs tell and is not understood yet.
    public var disk: String

    public init(
        deadline: Duration = .seconds(600), today: @escaping @Sendable () -> LocalDate = ProgramHost.systemDate,
        folder: String = ProgramHost.systemFolder, disk: String = ProgramHost.temporaryFolder,
        secret: @escaping @Sendable (SecretReference) throws -> String = { throw NoCredentials(reference: $0) },
        tell: @escaping @Sendable (Line) -> Void = { _ in }
    ) {
        self.deadline = deadline
        self.today = today
        self.folder = folder
        self.disk = disk
        self.secret = secret
        self.tell = tell
    }

    /// Where a host has no credentials at all.
    public struct NoCredentials: Error, CustomStringConvertible {
        let reference: SecretReference

        public init(reference: SecretReference) { self.reference = reference }

        public var description: String { "\(reference) cannot be read here, where there are no credentials" }
    }

    /// The date of the computer's clock and time zone.
    public static func systemDate() -> LocalDate {
        let parts = Calendar(identifier: .gregorian).dateComponents([.year, .month, .day], from: Date())
        return LocalDate(year: parts.year ?? 1, month: parts.month ?? 1, day: parts.day ?? 1) ?? LocalDate(dayNumber: 0)
    }

    /// The service's own folder in memory, else where temporary files go.
    public static var systemFolder: String {
        let environment = ProcessInfo.processInfo.environment
        let runtime = environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        return runtime ?? temporaryFolder
    }

    /// Where temporary files go.
    public static var temporaryFolder: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }
}
