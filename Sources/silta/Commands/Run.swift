import ArgumentParser

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The daemon: polls, assesses and delivers until it is told to stop.",
        discussion: "SIGTERM and SIGINT stop it, SIGHUP has it read the configuration again.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await DaemonProcess(options).run()
    }
}
