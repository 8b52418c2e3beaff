"""A small assembler for eBPF (linux/bpf.h): lines of text to the instructions that the kernel runs; pure.

    r6 = r1                      registers r0 to r10; = += -= *= /= &= |= <<= >>= with a register or a number
    r2 = u32[r6 + 36]            load u8, u16, u32 or u64 from memory; the other way round: store
    r0 = packet16[12]            a byte, half or whole word of the packet, in the host's order
    r1 = map                     the program's map
    if r1 <= r2 goto fits        == != < <= > >=, unsigned
    goto out / call 5 / exit / fits:
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_INSTRUCTION = struct.Struct("=BBhi")
_REGISTER, _NUMBER = r"r(10|\d)", r"-?(?:0x[0-9a-f]+|\d+)"
_ARITHMETIC = {"+=": 0x00, "-=": 0x10, "*=": 0x20, "/=": 0x30, "|=": 0x40, "&=": 0x50, "<<=": 0x60, ">>=": 0x70,
               "=": 0xB0}
_JUMPS = {"==": 0x10, ">": 0x20, ">=": 0x30, "!=": 0x50, "<": 0xA0, "<=": 0xB0}
_WIDTHS = {"8": 0x10, "16": 0x08, "32": 0x00, "64": 0x18}
_ALU, _JUMP, _LOAD, _STORE, _PACKET, _WIDE = 0x07, 0x05, 0x61, 0x63, 0x20, 0x18
_BY_REGISTER, _CALL, _EXIT, _PSEUDO_MAP_FD = 0x08, 0x85, 0x95, 1

_PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in (
    ("map", rf"{_REGISTER} = map"),
    ("packet", rf"r0 = packet(8|16|32)\[({_NUMBER})\]"),
    ("load", rf"{_REGISTER} = u(8|16|32|64)\[{_REGISTER} ([+-]) (\d+)\]"),
    ("store", rf"u(8|16|32|64)\[{_REGISTER} ([+-]) (\d+)\] = {_REGISTER}"),
    ("alu", rf"{_REGISTER} ([-+*/&|]=|<<=|>>=|=) (?:{_REGISTER}|({_NUMBER}))"),
    ("if", rf"if {_REGISTER} (==|!=|<=?|>=?) (?:{_REGISTER}|({_NUMBER})) goto (\w+)"),
    ("goto", r"goto (\w+)"), ("call", r"call (\d+)"), ("exit", r"exit"),
)]


def assemble(text: str, map_fd: int) -> bytes:
    """The instructions of a program; map_fd: the descriptor of its map. Raises ValueError on any other line."""
    lines = [line for line in (line.partition(";")[0].strip() for line in text.splitlines()) if line]
    labels: dict[str, int] = {}
    instructions: list[str] = []
    at = 0
    for line in lines:
        if line.endswith(":"):
            labels[line[:-1]] = at
        else:
            instructions.append(line)
            at += 2 if line.endswith("= map") else 1
    body, at = b"", 0
    for line in instructions:
        code = b"".join(_encoded(line, at, labels, map_fd))
        at += len(code) // _INSTRUCTION.size
        body += code
    return body


def _encoded(line: str, at: int, labels: dict[str, int], map_fd: int) -> Iterator[bytes]:
    matches = ((kind, pattern.fullmatch(line)) for kind, pattern in _PATTERNS)
    kind, parts = next(((kind, match.groups()) for kind, match in matches if match), ("", ()))
    match kind:
        case "map":
            yield _INSTRUCTION.pack(_WIDE, int(parts[0]) | _PSEUDO_MAP_FD << 4, 0, map_fd)
            yield bytes(_INSTRUCTION.size)
        case "packet":
            yield _INSTRUCTION.pack(_PACKET | _WIDTHS[parts[0]], 0, 0, int(parts[1], 0))
        case "load":
            target, width, base, sign, offset = parts
            yield _INSTRUCTION.pack(_LOAD & ~0x18 | _WIDTHS[width], int(target) | int(base) << 4, int(sign + offset), 0)
        case "store":
            width, base, sign, offset, source = parts
            code = _STORE & ~0x18 | _WIDTHS[width]
            yield _INSTRUCTION.pack(code, int(base) | int(source) << 4, int(sign + offset), 0)
        case "alu":
            yield _operation(_ALU | _ARITHMETIC[parts[1]], parts[0], parts[2], parts[3], 0)
        case "if":
            target, sign, source, number, label = parts
            yield _operation(_JUMP | _JUMPS[sign], target, source, number, labels[label] - at - 1)
        case "goto":
            yield _INSTRUCTION.pack(_JUMP, 0, labels[parts[0]] - at - 1, 0)
        case "call":
            yield _INSTRUCTION.pack(_CALL, 0, 0, int(parts[0]))
        case "exit":
            yield _INSTRUCTION.pack(_EXIT, 0, 0, 0)
        case _:
            raise ValueError(f"no instruction: {line}")


def _operation(code: int, target: str, source: str | None, number: str | None, jump: int) -> bytes:
    if source is not None:
        return _INSTRUCTION.pack(code | _BY_REGISTER, int(target) | int(source) << 4, jump, 0)
    return _INSTRUCTION.pack(code, int(target), jump, int(number or "0", 0))
