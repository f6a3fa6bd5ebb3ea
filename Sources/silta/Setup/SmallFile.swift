import Foundation

/// Files of configuration: read whole, up to a limit.
enum SmallFile {
    /// Nil where there is no regular file that may be read; a pipe or a device never makes it wait.
    static func read(_ path: String, limit: Int) -> Data? {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        do { return try file.read(upToCount: limit) ?? Data() } catch { return nil }
    }
}
