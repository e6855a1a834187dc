"""Writing the file of a clause again with paragraphs changed: what was not changed keeps its bytes.

A lawyer types a paragraph as a draft shows it, what the portal fills in between brackets; the file keeps the strict
Markdown and TOML that `contracts.library` reads (`clause_library/README.md`).
"""

import json
import re
import textwrap
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.free_text import typed_source
from portal.contracts.rules.model import (
    Clause,
    FigureSense,
    OperativeWords,
    PositionFigure,
    Quantity,
)
from portal.contracts.rules.operative_words import says_words
from portal.core.expressions import expression
from portal.core.language import NARROW, NO_BREAK, Language

TEXTS = ("text_fr", "text_en", "fallback_fr", "fallback_en", "red_line_fr", "red_line_en")
FIELDS = (*TEXTS, "approver", "figures", "operative")
"""What may be changed of a paragraph, each as one text."""
_WIDTH = 120
_INDENT = "   "
_MARKED = expression(r"\A(\d{1,9}\. ++(?:\{[^{}]*\} *+)?)")
_ITEM = expression(r"\A(?:-|[a-z]\)) ")
_BRACKETS = expression(r"\[([^\[\]\n]{0,200})\]")
_FILLED, _HELD = expression(r"\{\{[^{}]*\}\}"), "\x1f"
"""What the portal fills in stays on one line."""
_PLAIN = str.maketrans({NO_BREAK: " ", NARROW: " ", "’": "'", "“": '"', "”": '"'})


def paragraph_fields(clause: Clause, number: int) -> dict[str, str]:
    """A paragraph of the library as a lawyer types it; what it has not is empty."""
    point = clause.point(number)
    found = dict.fromkeys(FIELDS, "")
    for language in Language:
        tongue = language.value
        found[f"text_{tongue}"] = typed_source(clause.prose[language][number - 1])
        if point is not None:
            found[f"fallback_{tongue}"] = typed_source(point.fallback[language][0])
            found[f"red_line_{tongue}"] = point.red_line.said_in(language)
    if point is not None:
        found["approver"] = point.approver.value
        found["figures"] = "\n".join(map(_figure_line, point.figures))
    found["operative"] = "\n".join(map(_operative_line, _operative_of(clause, number)))
    return found


def _operative_of(clause: Clause, number: int) -> list[OperativeWords]:
    """The words that the marks of one paragraph rest on."""
    passage = clause.prose[Language.FR][number - 1]
    return [
        one
        for one in clause.operative
        if set(one.meets) & set(passage.obligations) and says_words(passage, one, Language.FR)
    ]


def _operative_line(one: OperativeWords) -> str:
    return f"{', '.join(one.meets)} | {one.text.fr} | {one.text.en}"


def _figure_line(one: PositionFigure) -> str:
    quantities = (_quantity(each) for each in (one.preferred, one.fallback, one.red_line))
    return " | ".join((one.what.fr, one.what.en, one.sense.value, *quantities))


def _quantity(one: Quantity | None) -> str:
    return f"{one.number} {one.unit.value}" if one is not None else "-"


def rows_of(text: str, columns: int) -> list[list[str]] | None:
    """The lines of a field as cells between bars; None when a line has not as many.

    >>> rows_of("C42 | sans délai | without delay", 3), rows_of("C42", 3)
    ([['C42', 'sans délai', 'without delay']], None)
    """
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    return rows if all(len(row) == columns and all(row) for row in rows) else None


def plain_typing(text: str) -> str:
    """A text with the spaces, apostrophes and quotation marks of a keyboard.

    >>> plain_typing("l’an\u00a01")
    "l'an 1"
    """
    return text.translate(_PLAIN)


def file_source(typed: str, targets: Collection[str]) -> str:
    """A typed text as a file of the library has it: plain spaces, straight apostrophes, braces for what is filled in.

    >>> file_source("L’avis selon [CL18] va à [vendor.name].", {"CL18"})
    "L'avis selon {{ ref:CL18 }} va à {{ vendor.name }}."
    """

    def braces(found: re.Match[str]) -> str:
        name = found[1].strip()
        if name in targets:
            return f"{{{{ ref:{name} }}}}"
        return f"{{{{ {name} }}}}" if name in FACTS else found[0]

    return _BRACKETS.sub(braces, plain_typing(typed.replace("\r\n", "\n"))).strip()


def write_clause(
    source: str, clause: Clause, changes: Mapping[int, Mapping[str, str]], version: str, targets: Collection[str]
) -> str:
    """The file of a clause with these paragraphs changed, under another version; `changes`: number → field → text.

    `clause` is what `source` says. Facts that a new text shows are declared, those that none shows any more are not.
    """
    head, front, prose = _parts(source)
    table = tomllib.loads(front)
    bound = table.get("operative")
    for number, fields in sorted(changes.items()):
        texts = {name: file_source(text, targets) for name, text in fields.items()}
        _change_position(table, number, texts)
        if "operative" in texts:
            _change_operative(table, clause, number, texts["operative"])
        for language in Language:
            if f"text_{language.value}" in texts:
                prose = _change_prose(prose, language, number, texts[f"text_{language.value}"])
    _declare(table, prose, clause)
    top = _top(front, version, None if table.get("operative") == bound else table.get("operative", []))
    return f"{head}\n{top}{''.join(_sections(table))}+++\n{prose}"


def _parts(source: str) -> tuple[str, str, str]:
    head, _, rest = source.partition("\n")
    front, _, prose = rest.partition("\n+++")
    return head, f"{front}\n", prose.partition("\n")[2]


def _change_position(table: dict[str, Any], number: int, texts: Mapping[str, str]) -> None:
    points = table.get("negotiation", [])
    point = next((one for one in points if one["paragraph"] == number), None)
    if point is None:
        if not any(texts.get(name) for name in ("fallback_fr", "fallback_en", "red_line_fr", "red_line_en")):
            return
        point = {"paragraph": number, "approver": "legal", "red_line": {}, "fallback": {}}
        table["negotiation"] = sorted([*points, point], key=lambda one: int(one["paragraph"]))
    if texts.get("approver"):
        point["approver"] = texts["approver"]
    for language in Language:
        tongue = language.value
        if f"red_line_{tongue}" in texts:
            point["red_line"][tongue] = " ".join(texts[f"red_line_{tongue}"].split())
        if f"fallback_{tongue}" in texts:
            lines = _wrapped(texts[f"fallback_{tongue}"], "")
            point["fallback"][tongue] = "".join(f"{line}\n" for line in lines)
    if "figures" in texts:
        point["figures"] = [_figure(row) for row in rows_of(texts["figures"], 6) or []]
        if not point["figures"]:
            del point["figures"]


def _figure(row: list[str]) -> dict[str, Any]:
    fr, en, sense, *quantities = row
    named = zip(("preferred", "fallback", "red_line"), quantities, strict=True)
    known = {name: text for name, text in named if text != "-"}
    return {"what": {"fr": fr, "en": en}, "sense": sense or FigureSense.AT_MOST.value, **known}


def _change_operative(table: dict[str, Any], clause: Clause, number: int, text: str) -> None:
    """Put other words where those of the paragraph stood; the words of other paragraphs stay in their order."""
    gone = {(one.meets, one.text.fr) for one in _operative_of(clause, number)}
    kept: list[dict[str, Any]] = table.get("operative", [])
    places = [at for at, one in enumerate(clause.operative) if (one.meets, one.text.fr) in gone]
    written = [
        {"meets": [key.strip() for key in meets.split(",")], "fr": fr, "en": en}
        for meets, fr, en in rows_of(text, 3) or []
    ]
    first = places[0] if places else len(kept)
    rest = [one for at, one in enumerate(kept) if at not in places]
    table["operative"] = [*rest[:first], *written, *rest[first:]]
    if not table["operative"]:
        del table["operative"]


def _change_prose(prose: str, language: Language, number: int, text: str) -> str:
    lines = prose.split("\n")
    start = lines.index(f"## {language.value}") + 1
    end = next((at for at in range(start, len(lines)) if lines[at].startswith("## ")), len(lines))
    heads = [at for at in range(start, end) if _MARKED.match(lines[at])]
    if number > len(heads):
        return prose
    first = heads[number - 1]
    last = first + 1
    while last < end and last not in heads and not lines[last].startswith(":::"):
        last += 1
    while last > first + 1 and not lines[last - 1].strip():
        last -= 1
    found = _MARKED.match(lines[first])
    lines[first:last] = _wrapped(text, found[1] if found else f"{number}. ", _INDENT)
    return "\n".join(lines)


def _wrapped(text: str, head: str, indent: str = "") -> list[str]:
    """The lines of a text in a file; a line that goes on never looks like the item of a list."""
    written: list[str] = []
    for group in re.split(r"\n[ \t]*\n", text.strip("\n")) if text.strip() else []:
        if written:
            written.append("")
        for rank, line in enumerate(_items(group)):
            opening = head if not written else indent
            if not written and rank == 0 and _ITEM.match(line) and head:
                written.append(head.rstrip())
                opening = indent
            further = indent + ("  " if _ITEM.match(line) else "")
            written += _line(line, opening, further)
    return written or [head.rstrip()]


def _items(group: str) -> Iterator[str]:
    """A paragraph, or each item of a list: a line that begins no item goes on from the one before."""
    pending = ""
    for line in (one.strip() for one in group.split("\n")):
        if pending and _ITEM.match(line):
            yield pending
            pending = line
        else:
            pending = f"{pending} {line}".strip()
    if pending:
        yield pending


def _line(text: str, opening: str, further: str) -> Iterator[str]:
    held = _FILLED.sub(lambda found: found[0].replace(" ", _HELD), text)
    lines = textwrap.wrap(
        held, _WIDTH, initial_indent=opening, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
    whole: list[str] = []
    for line in (one.replace(_HELD, " ") for one in lines):
        if whole and _ITEM.match(line.strip()):
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line)
    yield from whole


def _declare(table: dict[str, Any], prose: str, clause: Clause) -> None:
    """Declare each fact that some text shows."""
    fallbacks = "\n".join(text for one in table.get("negotiation", []) for text in one["fallback"].values())
    shown = re.findall(r"\{\{ {0,9}([\w.-]{1,200}) {0,9}\}\}", f"{prose}\n{fallbacks}")
    declared: dict[str, Any] = table.get("variables", {})
    kept = {key: label for key, label in declared.items() if key in shown or key not in FACTS}
    for key in dict.fromkeys(shown):
        if key in FACTS and key not in kept:
            label = FACTS[key].label
            kept[key] = {"fr": label.fr.translate(_PLAIN), "en": label.en.translate(_PLAIN)}
    if kept == declared:
        return
    if kept:
        table["variables"] = kept
    else:
        table.pop("variables", None)


def _top(front: str, version: str, operative: list[dict[str, Any]] | None) -> str:
    """The fields before the first section as they were, under another version; other operative words when given."""
    lines = front.splitlines(keepends=True)
    end = next((at for at, line in enumerate(lines) if line.startswith("[")), len(lines))
    kept = [f"version = {_text(version)}\n" if line.startswith("version = ") else line for line in lines[:end]]
    if operative is not None:
        first = next((at for at, line in enumerate(kept) if line.startswith("operative = ")), len(kept))
        last = next((at + 1 for at in range(first, len(kept)) if kept[at].startswith("]")), first)
        kept[first:last] = [f"operative = {_lines_of(operative)}\n"] if operative else []
    return "".join(kept).rstrip("\n") + "\n"


def _sections(table: Mapping[str, Any]) -> Iterator[str]:
    """The sections of the front matter as the files of the library are laid out."""
    if "variables" in table:
        yield "\n[variables]\n"
        yield from (f"{_text(key)} = {_value(label)}\n" for key, label in table["variables"].items())
    for point in table.get("negotiation", []):
        yield "\n[[negotiation]]\n"
        for key, value in point.items():
            if key == "fallback":
                yield from (f'fallback.{tongue} = """\n{_block(text)}"""\n' for tongue, text in value.items())
            elif key == "figures":
                yield f"figures = {_lines_of(value)}\n"
            else:
                yield f"{key} = {_value(value)}\n"
    for name, condition in table.get("conditions", {}).items():
        yield f"\n[conditions.{name}]\n"
        yield from (f"{key} = {_value(value)}\n" for key, value in condition.items())


def _lines_of(rows: list[dict[str, Any]]) -> str:
    return "[\n" + "".join(f"  {_value(row)},\n" for row in rows) + "]"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(one)}' for key, one in value.items())} }}"
    return str(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _block(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '""\\"').replace("\x7f", "\\u007f")
