import NIOCore
import Testing
import WebSocketWire

@Suite("Messages that are shared by readers") struct SharedMessagesTests {
    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
    func `what was written one behind the other is read back`(size: Int) {
        let large = ByteBuffer(repeating: 7, count: size)
        var bytes = ServerFrame.message(.text, length: 2) { $0.writeString("42") }
        bytes.writeImmutableBuffer(ServerFrame.message(.binary, length: size) { $0.writeImmutableBuffer(large) })
        bytes.writeImmutableBuffer(ServerFrame.message(.text, length: 0) { _ in })
        let messages = ServerFrame.messages(in: bytes)
        #expect(messages.map(\.kind) == [.text, .binary, .text])
        #expect(messages.map(\.payload) == [ByteBuffer(string: "42"), large, ByteBuffer()])
    }

    @Test func `of nothing there is nothing`() {
        #expect(ServerFrame.messages(in: ByteBuffer()).isEmpty)
    }
}
