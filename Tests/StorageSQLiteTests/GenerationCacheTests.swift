import Testing

@testable import StorageSQLite

@Suite("Generation cache") struct GenerationCacheTests {
    @Test func `what is used lately stays, the rest goes`() {
        var cache = GenerationCache<Int, Int>(capacity: 10)
        for key in 0..<1000 {
            cache[key] = -key
            #expect(cache[0] == 0)
            cache.trim()
        }
        #expect(cache[999] == -999 && cache[995] == -995)
        #expect(cache[500] == nil && cache[1] == nil)
    }

    @Test func `nothing goes before it is trimmed`() {
        var cache = GenerationCache<Int, Int>(capacity: 10)
        for key in 0..<1000 { cache[key] = key }
        #expect((0..<1000).allSatisfy { cache[$0] == $0 })
        cache.trim()
        cache.trim()
        #expect(cache[7] == 7)
    }

    @Test func `what is removed is removed from both generations`() {
        var cache = GenerationCache<Int, Int>(capacity: 1)
        cache[1] = 1
        cache.trim()
        cache[1] = nil
        #expect(cache[1] == nil)
        cache[2] = 2
        cache.removeAll()
        #expect(cache[2] == nil)
    }
}
