"""JSON Schemas of the fact files, recorded from what the loader's own readers ask of a file.

A reader is run on a mapping that holds nothing and notes every question: which key, of what form,
whether it must be there. So there is no second list of keys, and no schema can differ from the
loader in what a file may hold. What spans several keys or files only the loader knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from planner.load.forms import DAY, Form
from planner.load.nodes import Document, Section

Json = dict[str, object]

_ANY = "any-name"
_MAPPING = "tag:yaml.org,2002:map"
_TEXT: Json = {"type": "string"}


@dataclass(frozen=True, slots=True)
class _Named:
    """A schema that many keys share, kept once under ``$defs``."""

    name: str
    schema: Json


@dataclass(frozen=True, slots=True)
class _List:
    """A list; ``said`` holds what else is known of it."""

    item: _Shape
    said: Json = field(default_factory=dict)


@dataclass(slots=True)
class _Fields:
    """What was asked of a mapping; ``others`` is what each freely named key holds."""

    keys: dict[str, _Shape] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    others: _Shape | None = None
    names: _Shape | None = None
    least: int = 0
    closed: bool = False

    def with_more(self, more: _Fields) -> _Fields:
        """These questions and more of them."""
        return _Fields(
            keys={**self.keys, **more.keys},
            required=list(dict.fromkeys([*self.required, *more.required])),
            others=more.others or self.others,
            names=more.names or self.names,
            least=max(self.least, more.least),
            closed=self.closed or more.closed,
        )


class RecordingSection(Section):
    """A mapping that answers as an empty one would, and keeps the shape that is asked of it."""

    def __init__(self) -> None:
        super().__init__(Document("", []), yaml.MappingNode(_MAPPING, []), "")
        self.common = _Fields()
        self.key = ""
        self.what = ""
        self.variants: dict[str, _Fields] = {}
        self.missing: list[str] = []
        self._fields = self.common
        self._free = {_ANY}

    def again(self) -> RecordingSection:
        """The same mapping, read from its start."""
        self._fields = self.common
        return self

    @property
    def inner(self) -> Iterator[RecordingSection]:
        """The mappings inside this one."""
        for fields in (self.common, *self.variants.values()):
            for shape in (*fields.keys.values(), fields.others):
                found = shape.item if isinstance(shape, _List) else shape
                if isinstance(found, RecordingSection):
                    yield found

    @property
    def is_complete(self) -> bool:
        """Whether every variant of this mapping and of those inside was read."""
        return not self.missing and all(section.is_complete for section in self.inner)

    def _note(self, key: str, shape: _Shape, required: bool) -> None:
        if key in self._free:
            self._fields.others = shape
            return
        self._fields.keys[key] = shape
        if required and key not in self._fields.required:
            self._fields.required.append(key)

    def _known_inner(self, key: str) -> RecordingSection:
        known = self._fields.others if key in self._free else self._fields.keys.get(key)
        known = known.item if isinstance(known, _List) else known
        return known.again() if isinstance(known, RecordingSection) else RecordingSection()

    @property
    def keys(self) -> list[str]:
        """One key, which stands for any."""
        return [_ANY]

    def has(self, key: str) -> bool:
        """No: nothing is there."""
        return False

    def value(self, key: str, *, required: bool = True) -> yaml.Node | None:
        """Refused: what a reader makes of a node cannot be recorded."""
        raise NotImplementedError(f"a reader looks at the node of {key!r}")

    def text(self, key: str, *, required: bool = True) -> str | None:
        """Notes a text."""
        self._note(key, _Named("text", _TEXT), required)
        return None

    def word(
        self, key: str, allowed: Iterable[str], *, required: bool = True, what: str = "value"
    ) -> str | None:
        """Notes one of some words."""
        self._note(key, _one_of(allowed, what), required)
        return None

    def variant(self, key: str, allowed: Iterable[str], *, what: str) -> str | None:
        """Notes one of some words and answers with the next; what follows is noted of that one."""
        if not self.variants:
            self.key, self.what, self.missing = key, what, list(allowed)
            self.variants = {word: _Fields() for word in self.missing}
        word = self.missing.pop(0) if self.missing else next(reversed(self.variants))
        self._fields = self.variants[word]
        self._note(key, _Named("", {"const": word}), True)
        return word

    def own_name(self, key: str, name: str, *, what: str) -> str | None:
        """Notes a text: the name of a file or folder is not the schema's matter."""
        return self.text(key)

    def formed(self, key: str, form: Form, *, required: bool = True) -> str | None:
        """Notes a text of a form."""
        self._note(key, _of_form(form), required)
        return None

    def day(self, key: str, *, required: bool = True, quoted: bool = True) -> str | None:
        """Notes a date."""
        return self.formed(key, DAY, required=required)

    def boolean(self, key: str, *, required: bool = True) -> bool | None:
        """Notes a truth value."""
        self._note(key, _Named("", {"type": "boolean"}), required)
        return None

    def integer(
        self, key: str, *, required: bool = True, only: int | None = None, what: str = "number"
    ) -> int | None:
        """Notes a whole number."""
        number: Json = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
        self._note(key, _Named("", number if only is None else {"const": only}), required)
        return None

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
        """Notes a list of texts."""
        item = _Named("text", _TEXT)
        if among is not None:
            item = _one_of(among, what)
        elif form is not None:
            item = _of_form(form)
        said: Json = (
            {"uniqueItems": True} if needs is None else {"uniqueItems": True, "minItems": 1}
        )
        self._note(key, _List(item, said), required)
        return ()

    def text_or_words(self, key: str, *, required: bool = True) -> str | tuple[str, ...] | None:
        """Notes a text or a list of texts."""
        many = {"type": "array", "items": _TEXT, "uniqueItems": True}
        self._note(key, _Named("text-or-list", {"anyOf": [_TEXT, many]}), required)
        return None

    def section(self, key: str, *, required: bool = True) -> Section | None:
        """Notes a mapping and gives it to be read."""
        inner = self._known_inner(key)
        self._note(key, inner, required)
        return inner

    def names(self, form: Form, says: str, *, needs: str | None = None) -> list[str]:
        """Notes of what form the keys are."""
        self._fields.names = _of_form(form)
        self._fields.least = 0 if needs is None else 1
        self._free.add(form.example)
        return [form.example]

    def names_among(self, allowed: Sequence[str], what: str) -> list[str]:
        """Notes which keys there may be."""
        self._fields.names = _one_of(allowed, what)
        return self.keys

    def rows(self, key: str, *, required: bool = True) -> Iterator[Section]:
        """Notes a list of mappings and gives one to be read."""
        inner = self._known_inner(key)
        self._note(key, _List(inner), required)
        yield inner

    def finish(self) -> None:
        """Notes that there are no other keys."""
        self._fields.closed = True


_Shape = _Named | _List | RecordingSection


def recorded_schema(read: Callable[[Section], object]) -> Json:
    """The JSON Schema of a file that a reader reads, with what is shared under ``$defs``.

    The reader runs until each variant of each mapping was read once.
    """
    section = RecordingSection()
    read(section)
    while not section.is_complete:
        read(section.again())
    shared: dict[str, Json] = {}
    return {**_schema(section, shared), "$defs": {name: shared[name] for name in sorted(shared)}}


def _one_of(words: Iterable[str], what: str) -> _Named:
    name = "" if what == "value" else _slug(what)
    return _Named(name, {"enum": list(words)})


def _of_form(form: Form) -> _Named:
    said: Json = {"description": form.says, "type": "string", "pattern": form.pattern}
    return _Named(form.name, said)


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _schema(shape: _Shape, shared: dict[str, Json]) -> Json:
    if isinstance(shape, _Named):
        return _reference(shape, shared)
    if isinstance(shape, _List):
        return {"type": "array", "items": _schema(shape.item, shared), **shape.said}
    if not shape.variants:
        return _mapping(shape.common, shared)
    return _variants(shape, shared)


def _reference(named: _Named, shared: dict[str, Json]) -> Json:
    """A reference to a shared schema; the schema itself where its name is taken by another."""
    if len(named.schema) == 1 and "type" in named.schema:
        return named.schema
    if not named.name or shared.setdefault(named.name, named.schema) != named.schema:
        return named.schema
    return {"$ref": f"#/$defs/{named.name}"}


def _mapping(fields: _Fields, shared: dict[str, Json]) -> Json:
    schema: Json = {"type": "object"}
    if fields.keys:
        schema["properties"] = {key: _schema(shape, shared) for key, shape in fields.keys.items()}
    if fields.required:
        schema["required"] = fields.required
    if fields.names is not None:
        schema["propertyNames"] = _schema(fields.names, shared)
    if fields.least:
        schema["minProperties"] = fields.least
    if fields.others is not None:
        schema["additionalProperties"] = _schema(fields.others, shared)
    elif fields.closed:
        schema["additionalProperties"] = False
    return schema


def _variants(section: RecordingSection, shared: dict[str, Json]) -> Json:
    """A mapping that is one of several by a word in it: told apart by ``if``, so that an error is
    about the variant that was meant."""
    key, subject = section.key, _slug(section.what.removeprefix("kind of "))
    cases = []
    for word, fields in section.variants.items():
        whole = _Named(f"{subject}-{word}", _mapping(section.common.with_more(fields), shared))
        asked = {"properties": {key: {"const": word}}, "required": [key]}
        cases.append({"if": asked, "then": _reference(whole, shared)})
    choice: Json = {
        "type": "object",
        "properties": {key: {"enum": list(section.variants)}},
        "required": [key],
        "allOf": cases,
    }
    return _reference(_Named(subject, choice), shared)


def described(schema: Json, says: Mapping[str, str]) -> Json:
    """A schema whose shared parts say what they mean, by name."""
    shared = schema["$defs"]
    assert isinstance(shared, dict)
    told = {
        name: {"description": says[name], **part} if name in says else part
        for name, part in shared.items()
    }
    return {**schema, "$defs": told}
