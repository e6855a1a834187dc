"""The pairs of versions: a page of our own words, and edits of it labelled by hand with what each changes."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("corpus")
_FLIPPED = {"harsher": "kinder", "kinder": "harsher", "open": "open"}


@dataclass(frozen=True)
class VersionPair:
    """Two versions of a page, and the changes that whoever wrote them says there are."""

    name: str
    language: str
    held_back: bool
    """Whether the rules were written without reading how they fare on it."""
    old: str
    new: str
    expected: frozenset[str]
    """« breach_delay harsher 48 h > 72 h », « subprocessor open + Kestrel Inc. »."""

    def backwards(self) -> "VersionPair":
        """The same pair, the newer version first."""
        return VersionPair(
            f"{self.name} (à rebours)", self.language, self.held_back, self.new, self.old,
            frozenset(map(_flipped, self.expected)),
        )  # fmt: skip


def pages() -> Mapping[str, str]:
    """The pages as first published, by file."""
    return {path.stem: _joined(_sheet(path)["text"]) for path in sorted(FOLDER.glob("*.toml"))}


def version_pairs() -> Iterator[VersionPair]:
    """Every pair, in the order of the files."""
    for path in sorted(FOLDER.glob("*.toml")):
        sheet = _sheet(path)
        for pair in sheet["pair"]:
            edited = dict(sheet["text"])
            for edit in pair["edit"]:
                if edit["paragraph"] not in edited:
                    raise KeyError(f"{path.name}, « {pair['name']} » : {edit['paragraph']} n'existe pas.")
                edited[edit["paragraph"]] = edit["text"]
            expected = frozenset(one for edit in pair["edit"] for one in edit["expected"])
            yield VersionPair(
                f"{path.stem} : {pair['name']}", sheet["language"], sheet["held_back"], _joined(sheet["text"]),
                _joined(edited), expected,
            )  # fmt: skip


def _sheet(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _joined(paragraphs: Mapping[str, str]) -> str:
    return "\n\n".join(paragraphs.values()) + "\n"


def _flipped(label: str) -> str:
    kind, effect, *rest = label.split(" ")
    said = " ".join(rest)
    if " > " in said:
        before, after = said.split(" > ")
        said = f"{after} > {before}"
    elif said[:2] in {"+ ", "- "}:
        said = ("- " if said[0] == "+" else "+ ") + said[2:]
    return " ".join(filter(None, (kind, _FLIPPED[effect], said)))
