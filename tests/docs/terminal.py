"""Run a command on a terminal and answer its question: python terminal.py ANSWER COMMAND..."""

from __future__ import annotations

import sys

import pexpect


def main(answer: str, command: list[str]) -> int:
    child = pexpect.spawn(command[0], command[1:], encoding="utf-8", dimensions=(200, 240), timeout=60)
    child.expect(r"\? $|: $")
    sys.stdout.write(f"{child.before}{child.after}")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    sys.stdout.write(f"{child.before}")
    child.close()
    return int(child.exitstatus or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
