import Foundation
import SiltaCore
import Testing

@testable import SiltaConnectors

private let header = "id;pupil;day;minutes;kind\n"
private func row(_ id: Int) -> String { "\(id);7;2026-09-14;45;late\n" }

@Suite struct `Files that are packed` {
    @Test func `with gzip are read as they are`() throws {
        let register = try Register("format: csv", "file: marks.csv.gz")
        try register.write("marks.csv.gz", header + (1...5000).map(row).joined())
        try register.run("gzip -c marks.csv.gz > x && mv x marks.csv.gz")
        #expect(try register.keys().count == 5000)
        let whole = try Data(contentsOf: URL(filePath: "\(register.folder)/marks.csv.gz"))
        for count in stride(from: 2, to: whole.count - 1, by: max(1, whole.count / 40)) {
            try register.write("marks.csv.gz", whole.prefix(count))
            #expect(try register.failure().sentence.contains("compressed breaks off"), "\(count)")
        }
    }

    @Test func `with zip are read by their member, packed or stored`() throws {
        let register = try Register("format: csv", "file: export.zip\n    member: marks*.csv")
        try register.write("in/marks-1.csv", header + (1...3000).map(row).joined())
        try register.write("in/marks-2.csv", header + row(4000))
        try register.write("other.csv", "x\n")
        try register.run(
            """
            python3 - <<'END'
            import zipfile
            with zipfile.ZipFile("export.zip", "w") as zip:
                zip.write("other.csv")
                zip.mkdir("in") if hasattr(zip, "mkdir") else None
                zip.write("in/marks-1.csv", compress_type=zipfile.ZIP_DEFLATED)
                zip.write("in/marks-2.csv", compress_type=zipfile.ZIP_STORED)
                zip.comment = b"a comment"
            END
            """)
        let reading = try register.reading()
        #expect(reading.absences.count == 3001)
        #expect(reading.files[.absence] == ["export.zip/in/marks-1.csv", "export.zip/in/marks-2.csv"])
        let whole = try Data(contentsOf: URL(filePath: "\(register.folder)/export.zip"))
        for count in stride(from: 4, to: whole.count - 10, by: max(1, whole.count / 40)) {
            try register.write("export.zip", whole.prefix(count))
            #expect(try register.failure().code == .unreadable, "\(count)")
        }
        for place in stride(from: 200, to: whole.count / 2, by: max(1, whole.count / 40)) {
            var damaged = whole
            damaged[place] ^= 0x10
            try register.write("export.zip", damaged)
            #expect(try register.failure().code == .unreadable, "\(place)")
        }
    }

    @Test func `with zip64, from a stream without lengths, are read`() throws {
        let register = try Register("format: csv", "file: export.zip")
        try register.write("marks.csv", header + row(1))
        try register.run(
            """
            python3 - <<'END'
            import sys, zipfile
            class Stream:
                def __init__(self): self.file = open("export.zip", "wb")
                def write(self, bytes): return self.file.write(bytes)
                def flush(self): self.file.flush()
                def close(self): self.file.close()
            stream = Stream()
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zip:
                with zip.open("marks.csv", "w", force_zip64=True) as member: member.write(open("marks.csv", "rb").read())
            stream.close()
            END
            """)
        #expect(try register.keys() == ["1"])
    }

    @Test func `with zip are refused where it is not clear or not possible which is read`() throws {
        let two = try Register("format: csv", "file: export.zip")
        try two.run("touch a.csv b.csv && python3 -m zipfile -c export.zip a.csv b.csv")
        #expect(try two.failure().sentence == "this zip holds 2 files, a.csv, b.csv; member must say which of them is read")
        let none = try Register("format: csv", "file: export.zip\n    member: c.csv")
        try none.run("touch a.csv && python3 -m zipfile -c export.zip a.csv")
        #expect(try none.failure().sentence == "this zip holds no file that is meant by \"c.csv\"; it holds a.csv")
        let odd = try Register("format: csv", "file: export.zip")
        try odd.run(
            "echo x > a.csv && python3 -c 'import zipfile; zipfile.ZipFile(\"export.zip\", \"w\", zipfile.ZIP_LZMA).write(\"a.csv\")'")
        #expect(
            try odd.failure().sentence == "a.csv in this zip is packed by method 14, which is not known here; deflate would be right")
    }

    @Test func `as a bomb are stopped`() throws {
        let register = try Register("format: csv", "file: export.zip")
        try register.run("head -c 100000000 /dev/zero > a.csv && python3 -m zipfile -c export.zip a.csv && rm a.csv")
        #expect(try register.failure().sentence.hasPrefix("this becomes more than 250 times as long"))
    }

    @Test func `are known again without being unpacked`() throws {
        let register = try Register("format: csv", "file: export.zip\n    member: a.csv")
        try register.write("a.csv", header + row(1))
        try register.run("python3 -m zipfile -c export.zip a.csv")
        let connector = try register.connector()
        let cursor = try #require(try connector.read().cursor)
        guard case .unchanged = try connector.read(after: SourceCursor(cursor), step: {}) else {
            Issue.record("read once more")
            return
        }
    }

    @Test func `of lengths that cannot be are refused, and no room is made for them`() throws {
        let register = try Register("format: csv", "file: export.zip")
        try register.write("marks.csv", header + (1...3000).map(row).joined())
        try register.run(
            """
            python3 - <<'END'
            import struct, zlib
            plain = open("marks.csv", "rb").read()
            deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = deflate.compress(plain) + deflate.flush()
            name, sum = b"marks.csv", zlib.crc32(plain)
            local = struct.pack("<IHHHHHIIIHH", 0x04034b50, 45, 0, 8, 0, 0, sum, 0, 0, len(name), 0) + name
            extra = struct.pack("<HHQ", 1, 8, 1 << 58)
            central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 45, 45, 0, 8, 0, 0, sum, len(packed), 0xFFFFFFFF, len(name), len(extra),
                0, 0, 0, 0, 0) + name + extra
            start = len(local) + len(packed)
            end = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 1, 1, len(central), start, 0)
            open("export.zip", "wb").write(local + packed + central + end)
            END
            """)
        #expect(try register.failure().sentence.hasPrefix("this file of the zip is damaged"))
    }

    @Test func `that lie in each other are refused`() throws {
        let register = try Register("format: csv", "file: export.zip\n    member: marks*.csv")
        try register.write("marks-1.csv", header + (1...3000).map(row).joined())
        try register.run(
            """
            python3 - <<'END'
            import copy, zipfile
            with zipfile.ZipFile("export.zip", "w", zipfile.ZIP_DEFLATED) as zip:
                zip.write("marks-1.csv")
                for number in range(2, 100):
                    again = copy.copy(zip.filelist[0])
                    again.filename = f"marks-{number}.csv"
                    zip.filelist.append(again)
            END
            """)
        #expect(try register.failure().sentence.hasPrefix("files of this zip lie in each other"))
    }

    @Test func `by names that would steer a terminal do not`() throws {
        let register = try Register("format: csv", "file: export.zip")
        try register.run(
            "python3 -c 'import zipfile; z = zipfile.ZipFile(\"export.zip\", \"w\"); z.writestr(\"a\\x1b[31m\", b\"\"); z.writestr(\"b\\n\", b\"\"); z.close()'"
        )
        #expect(
            try register.failure().sentence
                == "this zip holds 2 files, a\u{FFFD}[31m, b\u{FFFD}; member must say which of them is read")
    }
}
