"""What reviewers often write to vendors, in both languages, from `questionnaires/commentaires.toml`."""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from portal.core.dataclass import dataclass
from portal.questionnaires.catalogue import COMMENTS
from portal.questionnaires.definition import Bilingual


@dataclass(frozen=True)
class UsualComment:
    """A comment written once in both languages; the vendor gets it in its own."""

    key: str
    text: Bilingual


@lru_cache(maxsize=4)
def usual_comments(folder: Path) -> tuple[UsualComment, ...]:
    """The comments of a folder, in the order of the file; none without one.

    Raises ValueError with the first defect: a comment without a key of its own, or in one language only.
    """
    try:
        raw = tomllib.loads((folder / COMMENTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    found = tuple(_read(raw))
    if len({one.key for one in found}) < len(found):
        raise ValueError(f"{COMMENTS}: a key is used twice")
    return found


def _read(raw: dict[str, object]) -> Iterator[UsualComment]:
    rows = raw.get("comment", [])
    if not isinstance(rows, list) or set(raw) - {"comment"}:
        raise ValueError(f"{COMMENTS}: only [[comment]] is expected")
    for place, row in enumerate(rows, start=1):
        texts = [row.get(name) for name in ("key", "fr", "en")] if isinstance(row, dict) else []
        if (
            len(texts) != 3
            or set(row) != {"key", "fr", "en"}
            or not all(isinstance(t, str) and t.strip() for t in texts)
        ):
            raise ValueError(f"{COMMENTS}: comment {place} needs a key, a French and an English text, and nothing else")
        yield UsualComment(row["key"], Bilingual(row["fr"], row["en"]))
