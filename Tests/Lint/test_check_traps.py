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
]

REFUSED_IN_DECODING = [
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
]

PASSES = [
    "guard a != b, !c, !d.e, c || !(d) else { return }",
    "let a = try? b()",
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
    "func a(_ b: Int...) -> Int",
    "let a = -1",
    "/// 1 + 2",
]


def faults(line, *, is_decoding=False, allowed=None, above=""):
    return list(gate.check("A.swift", f"{above}\n{line}\n", is_decoding, {} if allowed is None else allowed))


class CheckTraps(unittest.TestCase):
    def test_traps_are_refused_anywhere(self):
        for line in REFUSED_ANYWHERE:
            for is_decoding in (False, True):
                with self.subTest(line):
                    self.assertTrue(faults(line, is_decoding=is_decoding))

    def test_operations_are_refused_where_bytes_are_decoded_and_nowhere_else(self):
        for line in REFUSED_IN_DECODING:
            with self.subTest(line):
                self.assertTrue(faults(line, is_decoding=True))
                self.assertFalse(faults(line))

    def test_everything_else_passes(self):
        for line in PASSES:
            with self.subTest(line):
                self.assertEqual(faults(line, is_decoding=True), [])

    def test_a_proof_above_lets_an_escape_pass(self):
        self.assertEqual(faults("nonisolated(unsafe) var a = 1", above="/// Only the loop writes it."), [])

    def test_a_precondition_passes_with_a_reason_on_the_list(self):
        line = 'guard let a = b else { preconditionFailure("letters are an id") }'
        self.assertTrue(faults(line))
        self.assertEqual(faults(line, allowed={("A.swift", "preconditions"): 1}), [])
        self.assertTrue(faults("precondition(a > 0)", allowed={("A.swift", "preconditions"): 1}))

    def test_operations_pass_while_their_number_is_the_list_s(self):
        line = "let a = b + c"
        for count, passes in [(0, False), (1, True), (2, False)]:
            with self.subTest(count):
                found = faults(line, is_decoding=True, allowed={("A.swift", "operations"): count})
                self.assertEqual(not found, passes)

    def test_a_line_of_the_list_needs_a_reason(self):
        self.assertEqual(gate.read_list("# why\nA.swift operations 3 bounded by the count\n"), {("A.swift", "operations"): 3})
        for line in ["A.swift operations 3", "A.swift operations 3 ok", "A.swift operations many of them are bounded"]:
            with self.subTest(line), self.assertRaises(SystemExit):
                gate.read_list(line)


if __name__ == "__main__":
    unittest.main()
