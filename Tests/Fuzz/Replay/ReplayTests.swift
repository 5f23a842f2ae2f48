import FuzzTargets
import Testing

@Suite("What must hold for any bytes, held against the fuzzer's cases") struct ReplayTests {
    @Test(arguments: FuzzTarget.all.flatMap { FuzzCase.cases(of: $0, in: "Fixed") })
    func `what was wrong once is right`(fixed: FuzzCase) throws {
        try fixed.target.run(fixed.bytes())
    }

    @Test(arguments: FuzzTarget.all)
    func `it holds for the cases that the fuzzer begins with`(target: FuzzTarget) throws {
        let cases = FuzzCase.cases(of: target, in: "Corpus")
        #expect(cases.count > 10)
        for fuzzCase in cases {
            #expect(throws: Never.self, "\(fuzzCase.testDescription)") { try target.run(fuzzCase.bytes()) }
        }
    }

    @Test(arguments: FuzzTarget.all, 0..<4 as Range<UInt64>)
    func `it holds for those cases damaged`(target: FuzzTarget, seed: UInt64) throws {
        var damage = Damage(seed: seed)
        let cases = FuzzCase.cases(of: target, in: "Corpus")
        for fuzzCase in cases {
            let bytes = damage.applied(to: try fuzzCase.bytes())
            #expect(throws: Never.self, "seed \(seed): \(fuzzCase.testDescription) as \(bytes)") {
                try target.run(bytes)
            }
        }
    }

    @Test(arguments: ["Corpus", "Fixed"])
    func `every folder of cases is a target's`(area: String) {
        let folders = Set(FuzzCase.folders(in: area))
        #expect(folders.isSubset(of: FuzzTarget.all.map(\.name)))
    }
}
