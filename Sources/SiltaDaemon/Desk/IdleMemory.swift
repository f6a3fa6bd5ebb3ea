import CMemory
import Glibc

/// A daemon is idle most of the time, on a machine that it shares: what a start or a large poll needed goes back to the system.
enum IdleMemory {
    static func giveBack() {
        malloc_trim(0)
        // Code is read from its file again where it is run again. Nothing writes into it, so nothing is lost.
        dl_iterate_phdr(
            { object, _, _ in
                guard let object = object?.pointee, let name = object.dlpi_name, !String(cString: name).hasPrefix("linux-vdso") else {
                    return 0
                }
                for index in 0..<Int(object.dlpi_phnum) {
                    let header = object.dlpi_phdr[index]
                    let isCode = header.p_type == PT_LOAD && header.p_flags & UInt32(PF_X) != 0 && header.p_flags & UInt32(PF_W) == 0
                    guard isCode else { continue }
                    let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
                    let start = UInt(object.dlpi_addr) + UInt(header.p_vaddr)
                    let first = start / page * page
                    let end = (start + UInt(header.p_memsz) + page - 1) / page * page
                    madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_DONTNEED)
                }
                return 0
            }, nil)
    }
}
