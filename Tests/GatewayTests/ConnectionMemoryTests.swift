import Testing

@testable import Gateway

#if canImport(Glibc)
    import Glibc

    /// What one idle connection adds to the service, but for NIO's channel and what the chat queue knows of it.
    @Suite("What a connection holds") struct ConnectionMemoryTests {
        /// Bytes that the allocator has given an object.
        private func bytes(_ object: AnyObject) throws -> Int {
            // No header that Swift knows has it.
            typealias UsableSize = @convention(c) (UnsafeMutableRawPointer?) -> Int
            let function = try #require(dlsym(nil, "malloc_usable_size"))
            return unsafeBitCast(function, to: UsableSize.self)(Unmanaged.passUnretained(object).toOpaque())
        }

        @Test(arguments: [0, 15])
        func `is small, whether it takes frames compressed or not`(windowBits: Int) async throws {
            let rig = try await Rig()
            let endpoint = try rig.connect("alice", windowBits: windowBits)
            let transport = try #require(endpoint.transport as? WebSocketTransport)
            #expect(try bytes(endpoint) <= 304)
            #expect(try bytes(transport) <= 320)
            #expect(try bytes(endpoint.pass) <= 112)
        }
    }
#endif
