import CAASProtocol
import Chat
import Testing

@testable import HTTPAPI

@Suite("Files that are sent by HTTP at once, R53") struct UploadPlacesTests {
    private func user(_ name: String, of tenant: String = "acme") throws -> UserKey {
        UserKey(tenant: try #require(TenantID(tenant)), user: try #require(UserID(name)))
    }

    private func refusal(of user: UserKey, _ places: UploadPlaces) async -> SpecError? {
        do throws(SpecError) {
            try await places.run(for: user) { () async throws(SpecError) in }
            return nil
        } catch {
            return error
        }
    }

    @Test func `one user has so many places, and the node so many for all`() async throws {
        let places = UploadPlaces(node: 3, perUser: 2)
        let users = [try user("alice"), try user("bob", of: "other"), try user("carol", of: "third")]
        try await places.run(for: users[0]) { () async throws(SpecError) in
            try await places.run(for: users[0]) { () async throws(SpecError) in
                let third = await refusal(of: users[0], places)
                #expect(third?.code == .rateLimited && third?.reason == "uploads")
                #expect(await refusal(of: users[1], places) == nil)
                try await places.run(for: users[1]) { () async throws(SpecError) in
                    #expect(await refusal(of: users[2], places)?.code == .unavailable)
                }
            }
        }
        #expect(places.count == 0)
        #expect(await refusal(of: users[0], places) == nil)
    }

    @Test func `a tenant has no more than what is left for the others`() async throws {
        let places = UploadPlaces(node: 4, perUser: 4)
        let (alice, bob, carol) = (try user("alice"), try user("bob"), try user("carol", of: "other"))
        try await places.run(for: alice) { () async throws(SpecError) in
            try await places.run(for: bob) { () async throws(SpecError) in
                let third = await refusal(of: alice, places)
                #expect((third?.code, third?.reason) == (.rateLimited, "quota"))
                #expect(third?.details == [.init("scope", .text("tenant")), .init("limit", .integer(2))])
                #expect(await refusal(of: carol, places) == nil)
            }
            #expect(await refusal(of: bob, places) == nil)
        }
    }

    @Test func `what fails gives its place back`() async throws {
        let places = UploadPlaces(node: 2, perUser: 1)
        let alice = try user("alice")
        for _ in 0..<3 {
            await #expect(throws: SpecError(.notFound)) {
                try await places.run(for: alice) { () async throws(SpecError) in throw SpecError(.notFound) }
            }
        }
        #expect(places.count == 0)
    }
}
