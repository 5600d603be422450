"""Findings as GitHub annotations, Markdown, JUnit XML and SARIF.

GitHub: workflow commands (docs.github.com, "Workflow commands for GitHub Actions"). JUnit: the XML
that Jenkins and GitLab read. SARIF: OASIS SARIF 2.1.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote
from xml.etree import ElementTree

from planner import __version__
from planner.harmless import json_text
from planner.report.explain_markdown import escaped
from planner.report.findings import Finding, Findings

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def github_text(findings: Findings) -> str:
    """One workflow command per finding, then the summary."""
    lines = []
    for finding in findings.findings:
        places = {"file": finding.file, "line": str(finding.line or ""), "title": finding.id}
        said = ",".join(f"{key}={_property(text)}" for key, text in places.items() if text)
        message = f"{finding.subject}: {finding.message}"
        message += f"\nhint: {finding.hint}" if finding.hint else ""
        lines.append(f"::{_COMMANDS[finding.severity]} {said}::{_data(message)}")
    return "\n".join([*lines, findings.summary]) + "\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown_text(findings: Findings) -> str:
    """A table with one line per finding, for an issue or a job summary."""
    lines = [f"## {findings.command}: {findings.summary}"]
    if findings.findings:
        lines += ["", "| | Subject | Finding | Place | What helps |", "|---|---|---|---|---|"]
    for finding in findings.findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        cells = [finding.severity, finding.subject, f"{finding.id} {finding.message}", place]
        lines.append("| " + " | ".join(escaped(cell) for cell in [*cells, finding.hint]) + " |")
    return "\n".join(lines) + "\n"


def junit_text(findings: Findings) -> str:
    """One test case per subject; errors are failures, the rest is its output."""
    failed = {f.subject for f in findings.findings if f.severity == "error"}
    suite = ElementTree.Element(
        "testsuite",
        name=findings.command,
        tests=str(len(findings.subjects)),
        failures=str(sum(subject in failed for subject in findings.subjects)),
    )
    for subject in findings.subjects:
        case = ElementTree.SubElement(
            suite, "testcase", classname=findings.command, name=_xml(subject)
        )
        own = [f for f in findings.findings if f.subject == subject]
        for finding in own:
            if finding.severity == "error":
                failure = ElementTree.SubElement(
                    case, "failure", type=finding.id, message=_xml(finding.message)
                )
                failure.text = _xml(_with_place(finding))
        rest = [_with_place(finding) for finding in own if finding.severity != "error"]
        if rest:
            ElementTree.SubElement(case, "system-out").text = _xml("\n".join(rest))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _xml(text: str) -> str:
    return _CONTROL.sub("?", text)


def _with_place(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}: " if finding.line else ""
    hint = f"\nhint: {finding.hint}" if finding.hint else ""
    return f"{place}{finding.severity} {finding.id} {finding.message}{hint}"


def sarif_text(findings: Findings) -> str:
    """A SARIF log with the rules that were met."""
    met = {finding.id for finding in findings.findings}
    rules = [
        {"id": id_, "name": name, "shortDescription": {"text": says}}
        for id_, name, says in findings.rules
        if id_ in met
    ]
    driver = {"name": "mlplan", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(f) for f in findings.findings]}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json_text(log)


def _result(finding: Finding) -> dict[str, object]:
    text = f"{finding.subject}: {finding.message}"
    text += f" (hint: {finding.hint})" if finding.hint else ""
    result: dict[str, object] = {
        "ruleId": finding.id,
        "level": finding.severity,
        "message": {"text": text},
    }
    if finding.file:
        uri = quote(finding.file.replace("\\", "/"))
        place: dict[str, object] = {"artifactLocation": {"uri": uri}}
        if finding.line:
            place["region"] = {"startLine": finding.line}
        result["locations"] = [{"physicalLocation": place}]
    return result


FORMATS: dict[str, Callable[[Findings], str]] = {
    "github": github_text,
    "markdown": markdown_text,
    "junit": junit_text,
    "sarif": sarif_text,
}
"""The formats by the name that ``--format`` takes."""
