import Testing

@testable import Gateway

#if canImport(Glibc)
    import Glibc

    /// What one idle connection adds to the service, but for NIO's channel and what the chat queue knows of it.
    @Suite("What a connection holds") struct ConnectionMemoryTests {
        /// Bytes that the allocator has given an object.
        private func bytes(_ object: AnyObject) -> Int {
            malloc_usable_size(Unmanaged.passUnretained(object).toOpaque())
        }

        @Test(arguments: [0, 15])
        func `is small, whether it takes frames compressed or not`(windowBits: Int) async throws {
            let rig = try await Rig()
            let endpoint = try rig.connect("alice", windowBits: windowBits)
            let transport = try #require(endpoint.transport as? WebSocketTransport)
            #expect(bytes(endpoint) <= 320)
            #expect(bytes(transport) <= 400)
            #expect(bytes(endpoint.pass) <= 128)
        }
    }
#endif
