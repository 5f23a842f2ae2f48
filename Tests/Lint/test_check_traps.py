#!/usr/bin/env python3
"""What scripts/check-traps refuses, and what it lets pass."""

import importlib.machinery
import importlib.util
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
loader = importlib.machinery.SourceFileLoader("check_traps", str(ROOT / "scripts" / "check-traps"))
gate = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(gate)

REFUSED_ANYWHERE = [
    "let a = b!",
    "let a = b()!.c",
    "let a = b[0]!",
    "var a: Int!",
    "let a = try! b()",
    "let a = b as! C",
    'fatalError("never")',
    "unowned let a: B",
    "let a = b.unsafelyUnwrapped",
    "final class A: @unchecked Sendable {}",
    "nonisolated(unsafe) var a = 1",
    "let a = unsafeBitCast(b, to: C.self)",
    'logger.info("free text")',
    "precondition(a > 0)",
    "preconditionFailure()",
    "loop.preconditionInEventLoop()",
    "dispatchPrecondition(condition: .onQueue(queue))",
    "let a = (b ?? c)?!",
    "var a: Array<Int>!",
    r'let a = "\(list.first!)"',
    r'let a = "\(try! f())"',
    r'let a = "\(x as! Int)"',
    r'let a = "b \(f("c", d!)) e"',
    r'let a = "b \(f(c, "d \(e!)")) f"',
    r'let a = "\\\(b!)"',
    r'let a = #"\#(b!)"#',
    'let a = """\n    b \\(c!)\n    """',
    "abort()",
    "Foundation.abort()",
    "exit(1)",
    "if a { Glibc.exit(EXIT_FAILURE) }",
    "_exit(1)",
    "let a = unsafeDowncast(b, to: C.self)",
    "let a = Unmanaged.passRetained(b)",
    "let a: Unmanaged<B>",
    "FileHandle.standardOutput.write(a)",
    "FileHandle(fileDescriptor: 1).write(Data(a.utf8))",
]

COUNTED = [
    "let a = length + 4",
    "let a = length - header.count",
    "let a = count * size",
    "let a = total / size",
    "let a = total % size",
    "total += Int64(size)",
    "position -= 1",
    "let a = Int(length)",
    "let a = UInt8(length)",
    "let a = Int64(header.sequence)",
    "let a = bytes[length]",
    "let a = bytes[position...]",
    "for a in 0..<length {}",
    "let a = start...end",
    "case low...high: break",
    "let a = bytes.extracting(0..<length)",
    "let a = bytes.loadUnaligned(fromByteOffset: length, as: UInt8.self)",
    "let a = span.unsafeLoad(fromByteOffset: length, as: UInt8.self)",
    "let a = bytes.load(fromByteOffset: length, as: UInt8.self)",
    "let a = length\n    + b",
    "let a = length\n    - 1",
    "let a = length +\n    b",
    "let a = 2 * 3 * length",
    r'let a = "\(length + 1)"',
    r'let a = "\(bytes[length])"',
    "let a = Int.init(length)",
    "let a = lengths.map(Int.init)",
    "let a: Int = .init(length)",
    "let a = CInt(length)",
    "let a = CUnsignedLongLong(length)",
    "let a = UInt128(length)",
    "let a = Int128(length)",
    "let a = size_t(length)",
    "let a = T(length)",
    "let a = UInt8(ascii: scalar)",
    "let a: UInt8 = numericCast(length)",
    "let a = -length",
    "f(-length)",
    "return -(length)",
    "let a = abs(length)",
    "let a = Character(text)",
    "let a = place.advanced(by: length)",
    "let a = start.distance(to: end)",
    "length.negate()",
    "let a = lengths.reduce(0, +)",
    "let a = lengths.reduce(into: 0, +=)",
    "let a = length.quotientAndRemainder(dividingBy: b)",
    "list.removeFirst()",
    "list.removeFirst(length)",
    "list.removeLast()",
    "list.removeLast(length)",
    "list.remove(at: length)",
    "list.removeSubrange(range)",
    "list.replaceSubrange(range, with: b)",
    "list.insert(b, at: length)",
    "list.swapAt(a, b)",
    "let a = [UInt8](repeating: 0, count: length)",
    "let a = Array<UInt8>(unsafeUninitializedCapacity: length) { _, _ in }",
    "list.reserveCapacity(length)",
    "for a in stride(from: 0, to: b, by: length) {}",
    "let a = text.index(start, offsetBy: length)",
    "let a = text.index(after: end)",
    "let a = Dictionary(uniqueKeysWithValues: pairs)",
    "bytes.moveReaderIndex(forwardBy: length)",
    "bytes.moveWriterIndex(to: length)",
    "let a = bytes.prefix(length)",
    "let a = bytes.prefix(upTo: length)",
    "let a = bytes.suffix(length)",
    "let a = bytes.dropFirst(length)",
    "let a = bytes.dropLast(length)",
    "let a = bytes[1]",
    "let a = bytes?[length]",
    "let a = Duration.seconds(length)",
    "let a = TimeAmount.hours(length)",
    "let a = UnsafeBufferPointer(start: b, count: length)",
    "let a = bytes.map { $0 - 48 }",
    "let a = lengths.map { $0 + 1 }",
    "let a = lengths.map { 1 + $0 }",
    "let a = lengths.map { 0...$0 }",
    "let a = lengths.map { $0...9 }",
    "buffer.writeRepeatingByte(0, count: length)",
    "let a = repeatElement(b, count: length)",
    "let a = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 8)",
    "let a = UnsafeMutablePointer<UInt8>.allocate(capacity: length)",
    "let a = Data(count: length)",
    "for a in 0...length {}",
    "for a in 0...max(0, length) {}",
    "for a in 0...lengths.max() {}",
]

PASSES = [
    "guard a != b, !c, !d.e, c || !(d) else { return }",
    "let a = try? b()",
    "try FileHandle.standardOutput.write(contentsOf: a)",
    "let a = b as? C",
    'let a = "wow! a + b, try! it"',
    "// try! this",
    "let a = length &+ 4",
    "position &+= 1",
    "let a = Int(exactly: length)",
    "let a = UInt32(truncatingIfNeeded: length)",
    "let a = Int64(clamping: length)",
    'if byte == UInt8(ascii: "a") {}',
    "let a: [UInt8] = []",
    "let a = [UInt8](), b = [b: c]",
    "case 0x80...0xBF: return true",
    "case 1...9, 0..<2: return 8...",
    "let a = UInt64.random(in: 0...UInt64.max)",
    "func a(_ b: Int...) -> Int",
    "let a = -1",
    "/// 1 + 2",
    "let a = 32 * 1024 * 1024",
    'let a = "b" + c + "d"',
    "let a = b + [c]",
    "let a = table[b, default: c]",
    'let a = headers["Host"]',
    r'let a = "\(b.count) - 1, \"c!\" d!"',
    r'let a = #"\(b!) "c!" "#',
    'let a = """\n    b! "c!" + d[e]\n    """',
    "/* a! + b */",
    "@available(*, deprecated)",
    "let a = bytes.prefix(4)",
    "let a = lengths.map { $0 == 2 * 3 ? $0 : $1 }",
    "buffer.writeRepeatingByte(0, count: 16)",
    "let a = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 8)",
    "let a = bytes.prefix { $0 != b }",
    "let a = bytes.prefix(while: { $0 != b })",
    "let a = Duration.seconds(4)",
    "var a = try SpecError(b, details: [.init(\"limit\", .text(c))])",
    "func a() -> Int",
    "transport.abort()",
    "case exit(slot: Int)",
]


def faults(line, *, is_from_peers=False, allowed=None, above="", name="A.swift"):
    return list(gate.check(name, f"{above}\n{line}\n", is_from_peers, {} if allowed is None else allowed))


class CheckTraps(unittest.TestCase):
    def test_traps_are_refused_anywhere(self):
        for line in REFUSED_ANYWHERE:
            for is_from_peers in (False, True):
                with self.subTest(line):
                    self.assertTrue(faults(line, is_from_peers=is_from_peers))

    def test_operations_are_refused_where_peers_have_a_say_and_nowhere_else(self):
        for line in COUNTED:
            with self.subTest(line):
                self.assertTrue(faults(line, is_from_peers=True))
                self.assertFalse(faults(line))

    def test_everything_else_passes(self):
        for line in PASSES:
            with self.subTest(line):
                self.assertEqual(faults(line, is_from_peers=True), [])

    def test_a_proof_above_lets_an_escape_pass(self):
        self.assertEqual(faults("nonisolated(unsafe) var a = 1", above="/// Only the loop writes it."), [])

    def test_the_command_line_may_end_and_a_function_of_the_same_name_may_be_called(self):
        self.assertEqual(faults("exit(1)", name="Sources/caas/Output.swift"), [])
        self.assertTrue(faults("abort()", name="Sources/caas/Output.swift"))
        self.assertEqual(faults("exit(slot, number)", above="func exit(_ slot: Int, _ number: Int) {}"), [])
        self.assertTrue(faults("Glibc.exit(1)", above="func exit(_ slot: Int, _ number: Int) {}"))
        self.assertTrue(faults("abort()", above="func exit(_ slot: Int, _ number: Int) {}"))

    def test_a_fault_has_its_line_and_its_operation(self):
        text = '/* a\n*/\nlet a = """\n    \\(b) \\\n    c\n    """\nlet d = "\\(e + f)"\n'
        found = list(gate.check("A.swift", text, True, {}))
        self.assertEqual([fault for fault in found if fault.startswith("A.swift:7:")], ["A.swift:7:   +"])
        self.assertEqual(len(found), 2)

    def test_every_pattern_of_files_finds_some(self):
        for pattern in gate.FROM_PEERS:
            with self.subTest(pattern):
                self.assertTrue(list(ROOT.glob(pattern)))

    def test_a_precondition_passes_with_a_reason_on_the_list(self):
        line = 'guard let a = b else { preconditionFailure("letters are an id") }'
        self.assertTrue(faults(line))
        self.assertEqual(faults(line, allowed={("A.swift", "preconditions"): 1}), [])
        self.assertTrue(faults("precondition(a > 0)", allowed={("A.swift", "preconditions"): 1}))

    def test_operations_pass_while_their_number_is_the_list_s(self):
        line = "let a = b + c"
        for count, passes in [(0, False), (1, True), (2, False)]:
            with self.subTest(count):
                found = faults(line, is_from_peers=True, allowed={("A.swift", "operations"): count})
                self.assertEqual(not found, passes)

    def test_a_line_of_the_list_needs_a_reason(self):
        self.assertEqual(gate.read_list("# why\nA.swift operations 3 bounded by the count\n"), {("A.swift", "operations"): 3})
        for line in ["A.swift operations 3", "A.swift operations 3 ok", "A.swift operations many of them are bounded"]:
            with self.subTest(line), self.assertRaises(SystemExit):
                gate.read_list(line)


if __name__ == "__main__":
    unittest.main()
