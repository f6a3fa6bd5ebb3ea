import Glibc

/// Where lines leave the process.
struct Outlet: Sendable {
    /// The journal's own socket, for lines with their fields; nil where standard error does not lead to the journal.
    let socket: (DatagramSocket, UnixAddress)?
    let stream: LineStream
    /// `SYSLOG_IDENTIFIER` of every line.
    let identifier: String

    /// - Parameter isPatient: whether some milliseconds are waited for where there is no room at once.
    /// - Returns: whether the line left.
    func write(_ line: JournalLine, at time: UTCTime, isPatient: Bool) -> Bool {
        guard let (socket, address) = socket else { return writeText(line, time, isPatient) }
        var datagram = line.datagram(identifier: identifier)
        var sizes = Outlet.shorterSizes[...]
        var waits = isPatient ? Outlet.patience : 0
        while true {
            switch socket.send(datagram, to: address) {
            case .sent: return true
            case .full:
                guard waits > 0 else { return false }
                waits -= 1
                usleep(1000)
            case .tooLarge:
                guard let size = sizes.popFirst() else { return writeText(line, time, isPatient) }
                datagram = line.shortened(sentence: size, value: size / 4, fields: 16).datagram(identifier: identifier)
            case .unreachable: return writeText(line, time, isPatient)
            }
        }
    }

    private func writeText(_ line: JournalLine, _ time: UTCTime, _ isPatient: Bool) -> Bool {
        stream.write(line.text(at: time), waiting: isPatient ? Outlet.patience : 0)
    }

    /// In milliseconds.
    private static let patience: Int32 = 5
    /// Of the sentence, in bytes, where the socket does not take what `JournalLine.bounded` leaves.
    private static let shorterSizes = [2048, 1024, 512, 256]
}

extension Outlet {
    /// - Parameters:
    ///   - environment: `JOURNAL_STREAM` says which device and inode lead to the journal, as in
    ///     [systemd.exec(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#%24JOURNAL_STREAM). Only where
    ///     standard error still is that one has nobody sent it elsewhere since.
    ///   - address: of the journal's socket.
    init(environment: [String: String], descriptor: Int32, address: UnixAddress?, identifier: String) {
        var status = stat()
        var journal: (DatagramSocket, UnixAddress)?
        if let address, let stream = environment["JOURNAL_STREAM"], fstat(descriptor, &status) == 0,
            stream == "\(status.st_dev):\(status.st_ino)", let socket = DatagramSocket()
        {
            journal = (socket, address)
        }
        self.init(socket: journal, stream: LineStream(descriptor: descriptor), identifier: identifier)
    }
}
