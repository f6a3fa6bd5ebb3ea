import Testing

@testable import SiltaTransfer

@Suite struct ResponseReaderTests {
    private func reader(_ lines: [String], bodyLimit: Int = 100) -> ResponseReader {
        var reader = ResponseReader(bodyLimit: bodyLimit)
        for line in lines {
            let goesOn = reader.readHeader(Array("\(line)\r\n".utf8))
            #expect(goesOn)
        }
        return reader
    }

    @Test func `fields are kept in order and found in any case`() {
        let reader = reader(["HTTP/1.1 200 OK", "X-One:  1 ", "x-two:2", "X-ONE: other", "Empty:", "no field", ""])
        #expect(reader.status == 200)
        #expect(reader.isAnswered)
        #expect(reader.headers == ["X-One": "1", "x-two": "2", "X-ONE": "other", "Empty": ""])
        #expect(reader.headers.first("x-oNE") == "1")
        #expect(reader.headers.first("X-Three") == nil)
    }

    @Test func `the answer is known only when its header block has ended`() {
        #expect(!reader(["HTTP/1.1 200 OK", "X: 1"]).isAnswered)
        #expect(!reader(["HTTP/1.1 103 Early Hints", "X: 1", ""]).isAnswered)
        #expect(reader(["HTTP/1.1 103 Early Hints", "X: 1", "", "HTTP/1.1 204", ""]).isAnswered)
        #expect(reader(["HTTP/1.1 103 Early Hints", "X: 1", "", "HTTP/1.1 204", ""]).headers.fields.isEmpty)
    }

    @Test func `a folded field is one field and a trailer is none`() {
        let reader = reader(["HTTP/1.1 200 OK", "X: a", "\tb", "  c", "", "X-Trailer: 1", "HTTP/1.1 500 No"])
        #expect(reader.headers == ["X": "a b c"])
        #expect(reader.status == 200)
    }

    @Test func `bytes that are not UTF-8 do not lose the field`() {
        var reader = ResponseReader(bodyLimit: 0)
        _ = reader.readHeader(Array("HTTP/1.1 200 OK\r\n".utf8))
        _ = reader.readHeader(Array("X: ".utf8) + [0xe4, 0x0d, 0x0a])
        #expect(reader.headers == ["X": "\u{fffd}"])
    }

    @Test func `the body is cut at its limit and nowhere else, however it is split`() {
        let body = Array("0123456789".utf8)
        for limit in 0...11 {
            for split in 0...10 {
                var reader = reader(["HTTP/1.1 200 OK", ""], bodyLimit: limit)
                let goesOn = [body[..<split], body[split...]].filter { !$0.isEmpty }.allSatisfy { reader.readBody($0) }
                #expect(goesOn == (limit >= 10), "limit \(limit), split \(split)")
                #expect(reader.body == Array(body.prefix(limit)), "limit \(limit), split \(split)")
            }
        }
    }

    @Test func `headers end at their limit of bytes and fields are kept to their limit of number`() {
        var reader = reader(["HTTP/1.1 200 OK"])
        var lines = 0
        while reader.readHeader(Array("X-Number: \(lines)\r\n".utf8)) { lines += 1 }
        #expect(reader.headersExceedLimit)
        #expect(lines < ResponseReader.headerByteLimit / 12)
        #expect(reader.headers.fields.count == ResponseReader.fieldLimit)
    }
}
