"""`make map`: what the code says of itself, written into `docs/`: the floors and who imports whom, tables, events.

The picture is drawn from the import graph (an arrow goes where nothing between says it already: the transitive
reduction), the tables from the models, the events from the manifests. A test holds the written copy against the code.
"""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from textwrap import shorten
from tomllib import loads

import grimp
from sqlalchemy import Table

from portal.app import DOMAINS
from portal.core.db import Base
from portal.web.manifest import subscriptions_of

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "architecture.svg"
PAGE = ROOT / "docs" / "architecture.md"
WIDTH, ROW, BOX, GAP = 1180, 62, 132, 14
MIDDLE, ASIDE, WORDS = 300, 155, 545
"""Middle of the boxes, how far a lone one stands from it, and where the descriptions begin, in pixels."""
LETTERS = 104
"""Of a description, before it is cut."""


def floors() -> list[list[str]]:
    """The packages of each floor, top down, as the import contract lists them."""
    settings = loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (layers,) = (one["layers"] for one in contracts if one["type"] == "layers" and one.get("exhaustive"))
    return [[name.strip() for name in re.split(r"[|:]", layer)] for layer in layers]


def imports() -> dict[str, set[str]]:
    """Which package imports which, directly."""
    graph = grimp.build_graph("portal", cache_dir=None)
    packages = {name.removeprefix("portal."): name for name in graph.find_children("portal")}
    found: dict[str, set[str]] = {short: set() for short in packages}
    for module in graph.modules:
        if module == "portal":
            continue
        short = module.split(".")[1]
        for other in graph.find_modules_directly_imported_by(module):
            if other.startswith("portal.") and other.split(".")[1] != short:
                found[short].add(other.split(".")[1])
    return found


def reduced(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same reachability with the fewest arrows; the graph has no cycle.

    >>> reduced({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    {'a': {'b'}, 'b': {'c'}, 'c': set()}
    """

    @cache
    def below(name: str) -> set[str]:
        return graph[name] | {far for near in graph[name] for far in below(near)}

    return {
        name: {one for one in nearest if not any(one in below(other) for other in nearest if other != one)}
        for name, nearest in graph.items()
    }


def descriptions() -> dict[str, str]:
    """What each package says of itself in the first line of its docstring."""
    found = {}
    for name in (name for row in floors() for name in row):
        path = ROOT / "portal" / name / "__init__.py"
        source = path if path.exists() else path.parent.with_suffix(".py")
        docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
        found[name] = docstring.split("\n")[0].rstrip(".")
    return found


def picture(rows: Sequence[Sequence[str]], arrows: Mapping[str, set[str]], words: Mapping[str, str]) -> str:
    """An SVG of the floors: boxes by floor, an arrow from who imports to who is imported."""
    place: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(rows):
        left = MIDDLE - (len(row) * BOX + (len(row) - 1) * GAP) / 2
        # Neighbouring floors of one package each stand aside of one another, so that arrows past them are seen.
        aside = (0, -ASIDE, ASIDE)[number % 3] if len(row) == 1 else 0
        for position, name in enumerate(row):
            place[name] = (left + position * (BOX + GAP) + aside, 20 + number * ROW)
    height = 20 + len(rows) * ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="Les étages du code : chaque paquet et ceux qu’il importe directement" '
        'font-family="Georgia, serif" font-size="15">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#5b6b86"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" fill="#fbfaf7"/>',
    ]
    for name in sorted(arrows):
        for other in sorted(arrows[name]):
            if name in place and other in place:
                parts.append(_arrow(place[name], place[other]))
    for name, (x, y) in place.items():
        parts.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{BOX}" height="30" rx="4" fill="#fff" stroke="#1f3a68"/>'
            f'<text x="{x + BOX / 2:.0f}" y="{y + 20:.0f}" text-anchor="middle" fill="#1f3a68">{escape(name)}</text>'
        )
    for number, row in enumerate(rows):
        for position, name in enumerate(row):
            height = 20 + number * ROW + 20 + 17 * position - 8 * (len(row) - 1)
            told = shorten(f"{name}: {words[name]}" if len(row) > 1 else words[name], LETTERS, placeholder="…")
            parts.append(f'<text x="{WORDS}" y="{height}" fill="#3d4656" font-size="13">{escape(told)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1, x2, y2 = start[0] + BOX / 2, start[1] + 30, end[0] + BOX / 2, end[1] - 2
    bend = (y2 - y1) / 2
    return (
        f'<path d="M{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}" '
        'fill="none" stroke="#5b6b86" stroke-opacity=".55" marker-end="url(#tip)"/>'
    )


def tables() -> str:
    """The data model as Markdown: each table by domain, what it holds, what it points to."""
    described = {
        mapper.local_table.name: (mapper.class_.__module__.split(".")[1], (mapper.class_.__doc__ or "").split("\n")[0])
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    }
    lines = ["| domain | table | what a row is | points to |", "|---|---|---|---|"]
    for name, table in sorted(
        Base.metadata.tables.items(), key=lambda item: (described.get(item[0], ("", ""))[0], item[0])
    ):
        domain, words = described.get(name, ("", ""))
        targets = sorted({key.column.table.name for key in table.foreign_keys})
        lines.append(f"| {domain} | `{name}` | {words} | {', '.join(targets)} |")
    return "\n".join(lines)


def events() -> str:
    """Which fact wakes which task, as Markdown."""
    lines = ["| event | announced by | tasks, in order |", "|---|---|---|"]
    for event, kinds in sorted(subscriptions_of(DOMAINS).items(), key=lambda item: item[0].__name__):
        domain = event.__module__.split(".")[1]
        lines.append(f"| `{event.__name__}` | {domain} | {', '.join(f'`{kind}`' for kind in kinds)} |")
    return "\n".join(lines)


def written(text: str, parts: Mapping[str, str]) -> str:
    """The page with each marked part replaced; raises KeyError for a part whose marks the page lacks.

    >>> written("a <!-- x --> old <!-- /x --> b", {"x": "new"})
    'a <!-- x -->\\nnew\\n<!-- /x --> b'
    """
    for name, content in parts.items():
        pattern = re.compile(rf"<!-- {name} -->.*?<!-- /{name} -->", re.DOTALL)
        if not pattern.search(text):
            raise KeyError(name)
        text = pattern.sub(lambda _match, n=name, c=content: f"<!-- {n} -->\n{c}\n<!-- /{n} -->", text)  # type: ignore[misc]
    return text


def page(text: str) -> str:
    """The architecture page brought up to date."""
    return written(text, {"data model": tables(), "events": events()})


def main(paths: Iterable[Path] = (PAGE, PICTURE)) -> None:
    """Write the picture and the page's parts."""
    here, drawn = paths
    drawn.write_text(picture(floors(), reduced(imports()), descriptions()), encoding="utf-8")
    here.write_text(page(here.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
