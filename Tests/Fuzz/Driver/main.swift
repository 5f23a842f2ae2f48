import FuzzTargets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// `fuzz list` names the targets with their longest inputs; `fuzz TARGET …` fuzzes one, by libFuzzer's own arguments.
guard let target = Chosen.target else {
    for target in FuzzTarget.all { print(target.name, target.longestInput) }
    exit(CommandLine.arguments.dropFirst() == ["list"] ? 0 : 2)
}
print("fuzzing \(target.name)")

// Without the target's name, which stands where libFuzzer looks for its own name.
var count = CommandLine.argc - 1
var arguments = CommandLine.unsafeArgv + 1
exit(runFuzzer(&count, &arguments, testOneInput))

/// What is being fuzzed.
enum Chosen {
    static let target = FuzzTarget.all.first { CommandLine.arguments.dropFirst().first == $0.name }
}

/// Under the name that libFuzzer wants to be there; it takes the end of the process for a failure, and keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(Broken) {
        try Chosen.target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    } catch {
        print("broken: \(error)")
        fflush(nil)
        abort()
    }
}

/// libFuzzer's own entry, as its `FuzzerInterface.h` has it: without this call nothing is fuzzed.
@_silgen_name("LLVMFuzzerRunDriver")
func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
