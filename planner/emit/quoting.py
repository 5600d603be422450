"""Texts of a request as data in the languages of build files, never as code."""

from __future__ import annotations

import json
import shlex

from planner.emit.base import one_line


def shell_word(text: str) -> str:
    """One word of a POSIX shell; line breaks stay in it."""
    return shlex.quote(text)


def shell_inner(text: str) -> str:
    """Text between the double quotes of a shell word (POSIX.1, 2.2.3 "Double-Quotes")."""
    return "".join(f"\\{c}" if c in '\\"$`' else c for c in text)


def toml_string(text: str) -> str:
    """A basic string (TOML 1.0, "String")."""
    return '"' + "".join(_toml_character(c) for c in text) + '"'


def _toml_character(character: str) -> str:
    if character in '\\"':
        return f"\\{character}"
    code = ord(character)
    if code < 0x20 or 0x7F <= code < 0xA0 or code in (0x2028, 0x2029):
        return f"\\u{code:04x}"
    return "�" if 0xD800 <= code < 0xE000 else character


def toml_list(texts: tuple[str, ...] | list[str], indent: str = "    ") -> str:
    """An array of basic strings, one to a line where there are several."""
    if len(texts) < 2:
        return f"[{', '.join(map(toml_string, texts))}]"
    return "[\n" + "".join(f"{indent}{toml_string(text)},\n" for text in texts) + "]"


def docker_value(text: str) -> str:
    """A value of LABEL or ENV, on one line and without variables (Dockerfile reference, "Escape",
    "Environment replacement")."""
    inner = "".join(f"\\{c}" if c in '\\"$' else c for c in one_line(text))
    return f'"{inner}"'


def template_free(text: str) -> str:
    """Text without templates in JSON that is read as HCL (HCL specification, "Templates")."""
    return text.replace("${", "$${").replace("%{", "%%{")


def preset_value(text: str) -> str:
    """Text without macros in CMake presets (cmake-presets(7), "Macro Expansion"): a dollar sign
    before a brace or a name and brace starts one."""
    return text.replace("$", "${dollar}")


def json_document(document: object) -> str:
    """A JSON document with two blanks of indentation and a last line break."""
    return json.dumps(document, indent=2) + "\n"
