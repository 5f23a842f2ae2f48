import Chat
import Testing

@testable import Gateway

@Suite("Which reader gets which frame, R28, R52") struct ReaderTraitsTests {
    @Test func `who has not joined gets what is for all alone`() {
        let reader = ReaderTraits(joined: false)
        #expect(reader.isSuperset(of: []))
        #expect(!reader.isSuperset(of: .joined))
        #expect(!reader.isSuperset(of: ReaderTraits(needing: .audio, onlySubscribed: false)))
    }

    @Test(arguments: [MediaWish.audio, .video, .fileChunk])
    func `who has joined and said nothing gets all media where few have`(kind: MediaWish) {
        let reader = ReaderTraits(joined: true)
        #expect(reader.isSuperset(of: .joined))
        #expect(reader.isSuperset(of: ReaderTraits(needing: kind, onlySubscribed: false)))
        #expect(!reader.isSuperset(of: ReaderTraits(needing: kind, onlySubscribed: true)))
    }

    @Test func `a wish decides about media and nothing else, until the reader leaves`() {
        var reader = ReaderTraits(joined: true)
        reader.update([.audio, .subscribed])
        #expect(reader.isSuperset(of: .joined))
        #expect(reader.isSuperset(of: ReaderTraits(needing: .audio, onlySubscribed: true)))
        #expect(!reader.isSuperset(of: ReaderTraits(needing: .video, onlySubscribed: false)))
        reader.update(joined: true)
        #expect(!reader.isSuperset(of: ReaderTraits(needing: .video, onlySubscribed: false)))
        reader.update(joined: false)
        #expect(reader == ReaderTraits(joined: false))
    }
}
