"""YAML documents as nodes that know their line, so that nothing is guessed on the way in.

PyYAML's own constructor turns ``12.10`` into ``12.1`` and ``no`` into false, and keeps the last of
two equal keys. The nodes before construction still hold what was written (YAML 1.1, chapter 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from planner.errors import Problem
from planner.load.forms import DAY, RANGE, VERSION, Form
from planner.model.nearest import nearest

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_QUOTES = ("'", '"', "|", ">")  # the C parser gives plain scalars the style "", not None
_STRING = "tag:yaml.org,2002:str"
_BOOLEAN = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"


def parse_yaml(text: str, file: str) -> tuple[yaml.Node | None, list[Problem]]:
    """The root node of a document (None where it is empty), and what its syntax got wrong."""
    try:
        return yaml.compose(text, Loader=_Loader), []
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else None
        reason = error.problem or "cannot be parsed"
        return None, [Problem(file=file, line=line, message=f"not valid YAML: {reason}")]
    except (yaml.YAMLError, RecursionError, UnicodeEncodeError) as error:
        return None, [Problem(file=file, message=f"not valid YAML: {error}".splitlines()[0])]


def read_text(path: Path, shown: str) -> tuple[str, list[Problem]]:
    """The text of a file, or the problem that kept it from being read."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            return "", [Problem(file=shown, message="is no regular file")]
        return path.read_text(encoding="utf-8"), []
    except FileNotFoundError:
        return "", [Problem(file=shown, message="no such file")]
    except IsADirectoryError:
        return "", [Problem(file=shown, message="is a folder, not a file")]
    except UnicodeDecodeError:
        return "", [Problem(file=shown, message="is not UTF-8 text")]
    except OSError as error:
        return "", [Problem(file=shown, message=f"cannot be read: {error.strerror}")]


class Document:
    """One file being read: its name and every problem met so far."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def report(
        self,
        node: yaml.Node | None,
        path: str,
        message: str,
        *,
        found: str | None = None,
        allowed: str | None = None,
        near: str | None = None,
    ) -> None:
        """Note a problem at a node; reading goes on."""
        mark = node.start_mark if node is not None else None
        line = mark.line + 1 if mark is not None and mark.line >= 0 else None
        from_option = mark is not None and mark.line < 0
        problem = Problem(
            file="command line" if from_option else self.file,
            line=line,
            path=path,
            message=message,
            found=found,
            allowed=allowed,
            nearest=near,
        )
        if problem not in self.problems:  # a default is read again for each variant
            self.problems.append(problem)

    def root(self, node: yaml.Node | None) -> Section:
        """The document as one mapping; anything else is a problem."""
        if isinstance(node, yaml.MappingNode):
            return Section(self, node, "")
        found = None if node is None else described(node)
        self.report(node, "", "the document must be a mapping", found=found or "an empty document")
        return Section(self, yaml.MappingNode("tag:yaml.org,2002:map", []), "")


def described(node: yaml.Node) -> str:
    """What stands at a node, for error messages."""
    if isinstance(node, yaml.ScalarNode):
        shown = node.value if len(node.value) <= 60 else node.value[:57] + "..."
        return shown if shown else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


class Section:
    """One mapping of a document; its getters note problems and give a harmless value instead.

    Call :meth:`finish` last: it reports every key that no getter asked for.
    """

    def __init__(self, document: Document, node: yaml.Node, path: str) -> None:
        self.document = document
        self.node = node
        self.path = path
        self._values: dict[str, yaml.Node] = {}
        self._keys: dict[str, yaml.Node] = {}
        self._known: list[str] = []
        for key_node, value_node in node.value if isinstance(node, yaml.MappingNode) else []:
            self._enter(key_node, value_node)

    def _enter(self, key_node: yaml.Node, value_node: yaml.Node) -> None:
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == _MERGE:
            self.report(key_node, "a key must be a plain word", found=described(key_node))
            return
        key = key_node.value
        if key in self._values:
            first = self._keys[key].start_mark.line + 1
            where = self.at(key)
            self.document.report(key_node, where, f"key is given twice (first on line {first})")
            return
        self._keys[key] = key_node
        self._values[key] = value_node

    @property
    def line(self) -> int:
        """The line on which the mapping starts, from one."""
        mark = self.node.start_mark
        return mark.line + 1 if mark else 0

    @property
    def keys(self) -> list[str]:
        """The keys in the order of the file."""
        return list(self._values)

    def at(self, key: str) -> str:
        """The dotted path of a key of this mapping."""
        return f"{self.path}.{key}" if self.path else key

    def line_of(self, key: str) -> int:
        """The line of a key, from one; the line of the mapping where it has no such key."""
        node = self._keys.get(key)
        return node.start_mark.line + 1 if node is not None else self.line

    def _key_is_quoted(self, key: str) -> bool:
        node = self._keys[key]
        return isinstance(node, yaml.ScalarNode) and node.style in _QUOTES

    def report(self, node: yaml.Node | None, message: str, **details: str | None) -> None:
        """Note a problem of this mapping."""
        self.document.report(node or self.node, self.path, message, **details)

    def report_key(self, key: str, message: str, **details: str | None) -> None:
        """Note a problem of one value of this mapping."""
        node = self._values.get(key) or self.node
        self.document.report(node, self.at(key), message, **details)

    def has(self, key: str) -> bool:
        """Whether the mapping holds a key; asking makes it a known one."""
        self._known.append(key)
        return key in self._values

    def value(self, key: str, *, required: bool = True) -> yaml.Node | None:
        """The node of a key; a missing required key is a problem."""
        if self.has(key):
            return self._values[key]
        if required:
            self.report(None, f"key {key!r} is missing")
        return None

    def _scalar(self, key: str, required: bool) -> yaml.ScalarNode | None:
        node = self.value(key, required=required)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.report_key(key, "must be one value", found=described(node))
            return None
        return node

    def text(self, key: str, *, required: bool = True) -> str | None:
        """A text; words that YAML reads as something else must be quoted."""
        node = self._scalar(key, required)
        return None if node is None else scalar_text(self.document, node, self.at(key))

    def word(
        self, key: str, allowed: Iterable[str], *, required: bool = True, what: str = "value"
    ) -> str | None:
        """One of some words; another one is a problem that names the nearest."""
        text = self.text(key, required=required)
        choices = list(allowed)
        if text is None or text in choices:
            return text
        self.report_key(
            key,
            f"unknown {what}",
            found=text,
            allowed=", ".join(choices) if len(choices) <= 24 else f"{len(choices)} known ones",
            near=nearest(text, choices),
        )
        return None

    def variant(self, key: str, allowed: Iterable[str], *, what: str) -> str | None:
        """One of some words, by which it depends what else the mapping holds."""
        return self.word(key, allowed, what=what)

    def own_name(self, key: str, name: str, *, what: str) -> str | None:
        """The name of the file or folder in which the mapping stands."""
        return self.word(key, (name,), what=what)

    def formed(self, key: str, form: Form, *, required: bool = True) -> str | None:
        """A text of a certain form, in quotes where the form asks for them."""
        if form.quoted:
            text = self._quoted(key, required, form)
        else:
            text = self.text(key, required=required)
        return self._judged(key, text, form)

    def _judged(self, key: str, text: str | None, form: Form) -> str | None:
        if text is None or form.accepts(text):
            return text
        self.report_key(key, form.message, found=text, allowed=form.right(text))
        return None

    def version(self, key: str, *, required: bool = True) -> str | None:
        """A quoted version."""
        return self.formed(key, VERSION, required=required)

    def range(self, key: str, *, required: bool = True) -> str | None:
        """A quoted PEP 440 range that admits something."""
        return self.formed(key, RANGE, required=required)

    def day(self, key: str, *, required: bool = True, quoted: bool = True) -> str | None:
        """A date, ``YYYY-MM-DD`` or ``YYYY-MM``; ``quoted`` says whether it must be in quotes."""
        if quoted:
            return self.formed(key, DAY, required=required)
        node = self._scalar(key, required)
        return self._judged(key, None if node is None else str(node.value), DAY)

    def _quoted(self, key: str, required: bool, form: Form) -> str | None:
        node = self._scalar(key, required)
        if node is None:
            return None
        return quoted_text(self.document, node, self.at(key), f'"{form.example}"')

    def boolean(self, key: str, *, required: bool = True) -> bool | None:
        """``true`` or ``false``, in no other spelling."""
        node = self._scalar(key, required)
        if node is None:
            return None
        if node.value not in ("true", "false") or node.style in _QUOTES:
            self.report_key(key, "not a truth value", found=node.value, allowed="true or false")
            return None
        return bool(node.value == "true")

    def integer(
        self, key: str, *, required: bool = True, only: int | None = None, what: str = "number"
    ) -> int | None:
        """A whole number without quotes; with ``only``, this one."""
        node = self._scalar(key, required)
        if node is None:
            return None
        if node.style in _QUOTES or not node.value.isdecimal() or len(node.value) > 9:
            self.report_key(key, "not a whole number", found=node.value, allowed="a number like 2")
            return None
        if only is not None and int(node.value) != only:
            self.report_key(key, f"unknown {what}", allowed=str(only))
        return int(node.value)

    def words(
        self,
        key: str,
        *,
        required: bool = True,
        among: Sequence[str] | None = None,
        what: str = "value",
        form: Form | None = None,
        needs: str | None = None,
    ) -> tuple[str, ...]:
        """A list of texts without doubles.

        ``among`` and ``what`` say which words there are, ``form`` how each must look, ``needs``
        what to report of an empty list.
        """
        node = self.value(key, required=required)
        if node is None:
            return ()
        words: tuple[str, ...] = ()
        if isinstance(node, yaml.SequenceNode):
            words = self._items(key, node)
        else:
            self.report_key(key, "must be a list", found=described(node))
        for word in words:
            if among is not None and word not in among:
                self.report_key(key, f"unknown {what}", found=word, near=nearest(word, among))
            if form is not None:
                self._judged(key, word, form)
        if needs is not None and not words:
            self.report_key(key, needs, found="none")
        return words

    def text_or_words(self, key: str, *, required: bool = True) -> str | tuple[str, ...] | None:
        """A text, or a list of texts."""
        node = self.value(key, required=required)
        if node is None:
            return None
        return self.words(key) if isinstance(node, yaml.SequenceNode) else self.text(key)

    def _items(self, key: str, node: yaml.SequenceNode) -> tuple[str, ...]:
        words: list[str] = []
        for number, item in enumerate(node.value):
            where = f"{self.at(key)}[{number}]"
            if not isinstance(item, yaml.ScalarNode):
                self.document.report(item, where, "must be one value", found=described(item))
                continue
            text = scalar_text(self.document, item, where)
            if text in words:
                self.document.report(item, where, "is listed twice", found=text)
            elif text is not None:
                words.append(text)
        return tuple(words)

    def section(self, key: str, *, required: bool = True) -> Section | None:
        """A mapping inside this one."""
        node = self.value(key, required=required)
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self.report_key(key, "must be a mapping", found=described(node))
            return None
        return Section(self.document, node, self.at(key))

    def names(self, form: Form, says: str, *, needs: str | None = None) -> list[str]:
        """The keys that have a form, which all must; ``says`` is the message, ``needs`` that of a
        mapping without keys."""
        if needs is not None and not self._values:
            self.report(None, needs)
        good = []
        for key in self._values:
            if not form.accepts(key):
                self.report_key(key, says, found=key, allowed=form.right(key))
            elif form.quoted and not self._key_is_quoted(key):
                self.report_key(key, says, found=key, allowed=f'"{key}"')
            else:
                good.append(key)
        return good

    def names_among(self, allowed: Sequence[str], what: str) -> list[str]:
        """The keys, of which each must be one of some words."""
        for key in self._values:
            if key not in allowed:
                near = nearest(key, allowed)
                self.report_key(key, f"unknown {what}", found=key, near=near)
        return self.keys

    def sections(
        self,
        key: str,
        *,
        required: bool = True,
        among: Sequence[str] | None = None,
        what: str = "name",
    ) -> Iterator[tuple[str, Section]]:
        """The named mappings inside a mapping, in the order of the file; ``among`` and ``what``
        say which names there are."""
        outer = self.section(key, required=required)
        if outer is None:
            return
        for name in outer.keys if among is None else outer.names_among(among, what):
            inner = outer.section(name)
            if inner is not None:
                yield name, inner

    def rows(self, key: str, *, required: bool = True) -> Iterator[Section]:
        """The mappings of a list, in the order of the file."""
        node = self.value(key, required=required)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.report_key(key, "must be a list", found=described(node))
            return
        for number, item in enumerate(node.value):
            where = f"{self.at(key)}[{number}]"
            if isinstance(item, yaml.MappingNode):
                yield Section(self.document, item, where)
            else:
                self.document.report(item, where, "must be a mapping", found=described(item))

    def finish(self) -> None:
        """Report every key that nothing asked for."""
        for key in self._values:
            if key not in self._known:
                known = list(dict.fromkeys(self._known))
                self.document.report(
                    self._keys[key],
                    self.at(key),
                    "unknown key",
                    found=key,
                    allowed=", ".join(known),
                    near=nearest(key, known),
                )


def scalar_text(document: Document, node: yaml.ScalarNode, path: str) -> str | None:
    """What was written, where YAML reads it as text; otherwise a problem and None."""
    quoted = node.style in _QUOTES
    if quoted or node.tag == _STRING:
        if node.value or quoted:
            return str(node.value)
        document.report(node, path, "is empty")
        return None
    if node.tag == _NULL:
        document.report(node, path, "is empty", found=node.value or "nothing")
        return None
    kind = "a truth value" if node.tag == _BOOLEAN else "a number or date"
    document.report(
        node,
        path,
        f"YAML reads this as {kind}; put it in quotes",
        found=node.value,
        allowed=f'"{node.value}"',
    )
    return None


def quoted_text(document: Document, node: yaml.ScalarNode, path: str, example: str) -> str | None:
    """A version, range or date, which must stand in quotes (``12.10`` would become ``12.1``)."""
    if node.style in _QUOTES:
        return str(node.value)
    document.report(
        node,
        path,
        "a version, range or date must stand in quotes",
        found=node.value or "nothing",
        allowed=f'"{node.value}"' if node.value else example,
    )
    return None
