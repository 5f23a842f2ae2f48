import CAASProtocol
import Chat
import Testing

@testable import HTTPAPI

@Suite("Files that are sent by HTTP at once, R53") struct UploadPlacesTests {
    private func user(_ name: String) throws -> UserKey {
        UserKey(tenant: try #require(TenantID("acme")), user: try #require(UserID(name)))
    }

    @Test func `one user has so many places, and the node so many for all`() async throws {
        let places = UploadPlaces(node: 3, perUser: 2)
        let users = [try user("alice"), try user("bob")]
        func refusal(of user: UserKey) async -> SpecError? {
            do throws(SpecError) {
                try await places.run(for: user) { () async throws(SpecError) in }
                return nil
            } catch {
                return error
            }
        }
        try await places.run(for: users[0]) { () async throws(SpecError) in
            try await places.run(for: users[0]) { () async throws(SpecError) in
                let third = await refusal(of: users[0])
                #expect(third?.code == .rateLimited && third?.reason == "uploads")
                #expect(await refusal(of: users[1]) == nil)
                try await places.run(for: users[1]) { () async throws(SpecError) in
                    #expect(await refusal(of: users[1])?.code == .unavailable)
                }
            }
        }
        #expect(places.count == 0)
        #expect(await refusal(of: users[0]) == nil)
    }

    @Test func `what fails gives its place back`() async throws {
        let places = UploadPlaces(node: 1, perUser: 1)
        let alice = try user("alice")
        for _ in 0..<3 {
            await #expect(throws: SpecError(.notFound)) {
                try await places.run(for: alice) { () async throws(SpecError) in throw SpecError(.notFound) }
            }
        }
        #expect(places.count == 0)
    }
}
