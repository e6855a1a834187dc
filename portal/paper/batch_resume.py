"""A batch that goes on where it stopped: each row is written as soon as it is read, and not read again."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from portal.core.errors import Refused
from portal.core.language import say
from portal.paper import snapshot
from portal.paper.batch_files import BatchFile, CheckedFile, check_files
from portal.paper.rules.rulebook import Rulebook


def check_or_resume(sources: Iterable[BatchFile], rulebook: Rulebook, kept: Path | None) -> Iterator[CheckedFile]:
    """The rows of a batch; with a file to keep them in, those it already holds come back as they were made.

    A row made with other readings is made again. Raises Refused when the file cannot be read, written or understood.
    """
    if kept is None:
        yield from check_files(sources, rulebook)
        return
    digest = snapshot.rulebook_digest(rulebook)
    known = {row.sha256: row for row in _read_rows(kept, digest)}
    try:
        with kept.open("a", encoding="utf-8", newline="\n") as file:
            file.truncate(_complete_bytes(kept))
            for row in check_files(sources, rulebook, known):
                if row.known:
                    yield replace(known[row.sha256], name=row.name, known=True)
                    continue
                if row.check is not None:
                    file.write(json.dumps(_to_json_line(row, digest), ensure_ascii=False) + "\n")
                    file.flush()
                yield row
    except OSError as error:
        raise Refused(say("%(file)s ne peut pas être écrit : %(why)s.", file=kept, why=_os_reason(error))) from error


def _to_json_line(row: CheckedFile, digest: str) -> dict[str, Any]:
    return {
        "file": row.name,
        "sha256": row.sha256,
        "readings": digest,
        "document": row.document and snapshot.freeze_document(row.document),
        "check": row.check and snapshot.freeze_check(row.check),
    }


def _read_rows(kept: Path, digest: str) -> Iterator[CheckedFile]:
    """Rows made with these readings."""
    try:
        lines = kept.read_bytes()[: _complete_bytes(kept)].decode("utf-8").split("\n") if kept.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(say("%(file)s ne peut pas être lu : %(why)s.", file=kept, why=_os_reason(error))) from error
    for number, line in enumerate(lines[:-1], start=1):
        try:
            found = json.loads(line)
            if found["readings"] == digest:
                document, check = snapshot.thaw_document(found["document"]), snapshot.thaw_check(found["check"])
                yield CheckedFile(found["file"], found["sha256"], document, check)
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                say("%(file)s, ligne %(line)s : ce n'est pas une ligne de contrôle.", file=kept.name, line=number)
            ) from error


def _complete_bytes(kept: Path) -> int:
    """Bytes of the whole lines: the last one may have been cut short by a stop."""
    return kept.read_bytes().rfind(b"\n") + 1


def _os_reason(error: OSError | UnicodeDecodeError) -> str:
    return str(getattr(error, "strerror", None) or error)
