"""``#if`` conditions of C headers, as far as version checks of compilers need them.

Source: ISO C 6.10.1 (conditional inclusion). Numbers, names, ``defined``, parentheses and the
operators of logic and comparison; anything else makes a condition unknown.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})[uUlL]*|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>&&|\|\||[=!<>]=|[<>!()+-]))"
)
_MOST_TOKENS = 1000
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}

Names = Mapping[str, int]


class UnknownConditionError(Exception):
    """A condition with something in it that is not understood."""


def holds(condition: str, names: Names) -> bool:
    """Whether a condition holds where these names are defined, and no others.

    :raises UnknownConditionError: where it cannot be told.
    """
    reader = _Reader(_tokens(condition), names)
    value = reader.either()
    if reader.place != len(reader.tokens):
        raise UnknownConditionError(condition)
    return value != 0


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    place = 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or len(tokens) > _MOST_TOKENS:
            raise UnknownConditionError(text)
        tokens.append(match["number"] or match["name"] or match["sign"])
        place = match.end()
    return tokens


class _Reader:
    """Reads by descent: either, both, compared, single."""

    def __init__(self, tokens: list[str], names: Names) -> None:
        self.tokens = tokens
        self.names = names
        self.place = 0

    def either(self) -> int:
        value = self.both()
        while self.takes("||"):
            value = int(bool(self.both()) | bool(value))
        return value

    def both(self) -> int:
        value = self.compared()
        while self.takes("&&"):
            value = int(bool(self.compared()) & bool(value))
        return value

    def compared(self) -> int:
        value = self.single()
        while (sign := self.ahead()) in _COMPARE:
            self.place += 1
            value = int(_COMPARE[sign](value, self.single()))
        return value

    def single(self) -> int:
        token = self.ahead()
        self.place += 1
        if token == "!":
            return int(not self.single())
        if token == "(":
            value = self.either()
            self.expect(")")
            return value
        if token == "defined":
            return self.defined()
        if token[:1].isdigit():
            return int(token, 0) if token[:2].lower() == "0x" else int(token)
        if token.isidentifier() and self.ahead() != "(":
            return self.names.get(token, 0)
        raise UnknownConditionError(token)

    def defined(self) -> int:
        in_brackets = self.takes("(")
        name = self.ahead()
        self.place += 1
        if in_brackets:
            self.expect(")")
        if not name.isidentifier():
            raise UnknownConditionError("defined")
        return int(name in self.names)

    def ahead(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def takes(self, token: str) -> bool:
        if self.ahead() != token:
            return False
        self.place += 1
        return True

    def expect(self, token: str) -> None:
        if not self.takes(token):
            raise UnknownConditionError(token)
