import Glibc

/// What the system says of its last error, `errno`.
func systemMessage() -> String { String(cString: strerror(errno)) }
