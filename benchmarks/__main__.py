"""``python -m benchmarks COMMAND``: prints measurements; nothing here is asserted by a test."""

from __future__ import annotations

import argparse
import sys

from benchmarks import emit, solve, verify


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    solve.add_parser(commands)
    emit.add_parser(commands)
    verify.add_parser(commands)
    arguments = parser.parse_args()
    return int(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
