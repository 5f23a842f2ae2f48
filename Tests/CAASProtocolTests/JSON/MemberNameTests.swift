@testable import CAASProtocol
import Testing

@Suite("Tables of members' names")
struct MemberNameTests {
    /// A name in the wrong place would read one member as another.
    private func check<Name: MemberName>(_ type: Name.Type) {
        #expect(Name.spellings.count <= 32)
        #expect(Name(rawValue: UInt8(Name.spellings.count)) == nil)
        #expect(Set(Name.spellings.map(\.description)).count == Name.spellings.count)
        for (place, spelling) in Name.spellings.enumerated() {
            #expect(Name(rawValue: UInt8(place)).map { "\($0)" } == spelling.description)
        }
    }

    @Test func `every name stands in its place and all fit in`() {
        check(EnvelopeMember.self)
        check(DataMember.self)
        check(AttachmentMember.self)
        check(MediaMember.self)
        check(RareMember.self)
    }
}
