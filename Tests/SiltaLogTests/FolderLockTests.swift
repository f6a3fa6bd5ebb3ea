import Foundation
import SiltaLog
import Testing

@Suite struct FolderLockTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `a folder has one writer, and the lock goes with its holder`() throws {
        var lock: FolderLock? = try FolderLock(folder: folder.path)
        let failed = failure { _ = try FolderLock(folder: folder.path) }
        #expect(failed?.code == .busy)
        #expect(
            failed?.sentence
                == "Another silta is writing this folder: ask that one, or stop it [folder: \(folder.path), process: \(getpid())]")
        #expect(lock?.folder == folder.path)
        lock = nil
        _ = try FolderLock(folder: folder.path)
    }

    @Test func `a lock that another process holds is respected, and is free when that process is killed`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        // Without a fork: the process that is started is the one that holds the lock.
        process.arguments = ["--no-fork", folder.file("lock"), "/bin/sh", "-c", "echo held; exec sleep 60"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        #expect(output.fileHandleForReading.readData(ofLength: 5) == Data("held\n".utf8))
        #expect(failure { _ = try FolderLock(folder: folder.path) }?.code == .busy)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        _ = try FolderLock(folder: folder.path)
    }

    @Test func `programs that are started do not inherit the lock`() throws {
        var lock: FolderLock? = try FolderLock(folder: folder.path)
        let process = try Process.run(URL(fileURLWithPath: "/bin/sleep"), arguments: ["60"])
        defer { process.terminate() }
        #expect(lock != nil)
        lock = nil
        _ = try FolderLock(folder: folder.path)
    }

    @Test func `a folder that is made is for its owner only`() throws {
        let path = folder.file("porvoo")
        let missing = failure { _ = try FolderLock(folder: path) }
        #expect(missing?.code == .missing)
        #expect(missing?.sentence.contains("porvoo/lock") == true)
        let lock = try FolderLock(folder: path, making: true)
        let modes = try [path, "\(path)/lock"].map { try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int }
        #expect(modes == [0o700, 0o600])
        #expect(lock.folder == path)
    }
}
