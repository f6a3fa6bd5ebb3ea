import Foundation
import Testing

/// What a disk can do to the daemon. Each has a disk of its own, mounted where nobody else sees it, so these run as root.
@Suite(.enabled(if: OwnDisk.isPossible, "only root can mount a disk"))
struct FaultTests {
    /// A daemon whose state is on a disk of 32 MiB.
    ///
    /// - Parameter before: done with the disk before the daemon starts.
    private func daemon(
        before: String = "true", works: Bool = true, environment: [String: String] = [:]
    ) throws -> (Municipality, RunningDaemon) {
        let municipality = try Municipality()
        municipality.every = "1s"
        municipality.absences(on: 12)
        municipality.consent()
        try municipality.configure()
        try municipality.export()
        let script = """
            mount -t tmpfs -o size=32m,mode=700 tmpfs state && "$1" init --config "$4" 2> /dev/null && \(before) && exec "$@"
            """
        let keys = ["master-key", "signing-key"].map { municipality.url("credentials/\($0)") }
        for key in keys { try FileManager.default.removeItem(at: key) }
        let daemon = try RunningDaemon(
            municipality, through: ["unshare", "--mount", "sh", "-c", script, "sh"], environment: environment)
        guard works else { return (municipality, daemon) }
        try daemon.wait("the log is open") { daemon.journal.contains("the log is open") }
        try daemon.wait("it was polled") { daemon.journal.contains("polled") }
        return (municipality, daemon)
    }

    /// Something done where the daemon's disk is seen.
    @discardableResult
    private func inside(_ daemon: RunningDaemon, _ municipality: Municipality, _ words: String...) throws -> Answer {
        try Program.run(
            ["nsenter", "--target", String(daemon.processID), "--mount", "--wdns=\(municipality.folder.path)"] + words,
            in: municipality.folder)
    }

    private func status(_ daemon: RunningDaemon, _ municipality: Municipality) throws -> Answer {
        try inside(daemon, municipality, Silta.binary.path, "status", "--config", municipality.url("silta.yaml").path)
    }

    @Test func `a full disk stops intake and disclosure, is told, and heals when there is room`() throws {
        let (municipality, daemon) = try daemon()
        try inside(daemon, municipality, "sh", "-c", "head -c 31M /dev/zero > state/filler 2> /dev/null; true")
        try daemon.wait("it says so") { daemon.journal.contains("make room") }
        let full = try status(daemon, municipality)
        #expect(full.status == 3 && full.out.contains("make room"), "\(full)")
        // What the register says meanwhile is not lost.
        municipality.absences(on: 13)
        try municipality.export()
        try inside(daemon, municipality, "rm", "state/filler")
        try daemon.wait("it is over") { daemon.journal.contains("work goes on") }
        try daemon.wait("what was said meanwhile is taken in") {
            try inside(
                daemon, municipality, Silta.binary.path, "pupil", "show", "primus/100", "--config", municipality.url("silta.yaml").path
            ).out.contains("marks      8")
        }
        #expect(daemon.stop().status == 0)
    }

    @Test func `a folder that is read-only is told, and heals when it can be written`() throws {
        let (municipality, daemon) = try daemon(before: "mount -o remount,ro state", works: false)
        try daemon.wait("it says so") { daemon.journal.contains("nothing is taken in and nothing is sent") }
        #expect(!daemon.journal.contains("polled"))
        try inside(daemon, municipality, "mount", "-o", "remount,rw", "state")
        try daemon.wait("it is over") { daemon.journal.contains("work goes on") }
        try daemon.wait("it polls") { daemon.journal.contains("polled") }
        #expect(daemon.stop().status == 0)
    }

    @Test func `after a failed fsync nothing more is done until it is started again`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("silta-fsync-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = """
            #include <errno.h>
            #include <stdlib.h>
            #include <unistd.h>
            #include <sys/syscall.h>
            static int failing(void) { return access(getenv("FSYNC_FAILS"), F_OK) == 0; }
            int fsync(int fd) { if (failing()) { errno = EIO; return -1; } return syscall(SYS_fsync, fd); }
            int fdatasync(int fd) { if (failing()) { errno = EIO; return -1; } return syscall(SYS_fdatasync, fd); }
            """
        try Data(source.utf8).write(to: folder.appendingPathComponent("fsync.c"))
        let built = try Program.run(["clang", "-shared", "-fPIC", "-o", "fsync.so", "fsync.c"], in: folder)
        try #require(built.status == 0, "\(built)")
        let trigger = folder.appendingPathComponent("fails")
        let (municipality, daemon) = try daemon(environment: [
            "LD_PRELOAD": folder.appendingPathComponent("fsync.so").path, "FSYNC_FAILS": trigger.path,
        ])
        try Data().write(to: trigger)
        try daemon.wait("it says so") { daemon.journal.contains("nothing more is done until") }
        let entries = try inside(daemon, municipality, Silta.binary.path, "audit", "list", "--config", municipality.url("silta.yaml").path)
        try FileManager.default.removeItem(at: trigger)
        // The disk is well again, and still nothing is tried: several polls would have come meanwhile.
        Thread.sleep(forTimeInterval: 7)
        let later = try inside(daemon, municipality, Silta.binary.path, "audit", "list", "--config", municipality.url("silta.yaml").path)
        #expect(entries.out == later.out)
        #expect(try status(daemon, municipality).out.contains("nothing more is done until"))
        #expect(daemon.stop().status == 0)
    }
}

enum OwnDisk {
    static let isPossible =
        (try? Program.run(["unshare", "--mount", "true"], in: FileManager.default.temporaryDirectory).status) == 0
}
