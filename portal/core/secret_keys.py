"""The keys of one portal: drawn at first start in a file of their own, or read where an installation keeps them."""

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from portal.core.dataclass import dataclass
from portal.core.errors import ConfigurationError
from portal.core.fernet_keys import draw_key, is_key
from portal.core.key_sources import KeySource, KeysUnread
from portal.core.private_files import make_private_folder, open_private


@dataclass(frozen=True)
class Secrets:
    """Keys drawn at first start and kept in one file of mode 0600; never logged, never in a URL."""

    session: str
    tokens: str
    files: tuple[str, ...]
    """Fernet keys, newest first: the first seals, all open."""
    journal: str
    """32 bytes in base64: what chains the journal. Who can write the database and has it not cannot chain it again."""

    @classmethod
    def at(cls, path: Path, *, standing: Callable[[], Sequence[str]] = tuple) -> "Secrets":
        """Read the file, or draw the keys and write it when it does not exist yet; raises ConfigurationError.

        `standing` names what was written under keys that are gone: beside it, none are drawn.
        """
        return cls.from_source(KeySource(file=path), standing=standing)

    @classmethod
    def from_source(cls, source: KeySource, *, standing: Callable[[], Sequence[str]] = tuple) -> "Secrets":
        """Read the keys where they are; as `at` for a file, and drawn nowhere else."""
        named = f"Fichier des secrets {source.name}" if source.file else f"Secrets ({source.name})"
        try:
            if source.file is not None and not source.file.exists():
                _draw(source.file, standing)
            return cls._read(source)
        except KeysUnread as failure:
            raise ConfigurationError(f"{named} : {failure}.") from failure
        except OSError as failure:
            raise ConfigurationError(f"{named} : {failure.strerror}.") from failure
        except (ValueError, KeyError, TypeError) as failure:
            raise ConfigurationError(
                f"{named} : contenu illisible ; restaurez-le d'une sauvegarde, ne l'effacez pas."
            ) from failure

    @classmethod
    def _read(cls, source: KeySource) -> "Secrets":
        raw = json.loads(source.read())
        session, tokens, files = raw["session"], raw["tokens"], tuple(raw["files"])
        if not (session and tokens and files and all(map(is_key, files))):
            raise ValueError
        journal = raw["journal"] if "journal" in raw or source.file is None else _add_journal_key(source.file)
        found = cls(session, tokens, files, journal)
        if not is_key(found.journal):
            raise ValueError
        return found

    @property
    def key_ids(self) -> dict[str, tuple[str, ...]]:
        """What names each key without telling it, whatever keys there are: by field, newest first.

        A slow hash (scrypt): even a key that somebody has typed is not found again from its name. Tenths of a second.
        """
        return {
            one.name: tuple(_key_id(one.name, key) for key in _keys_in(getattr(self, one.name))) for one in fields(self)
        }

    def __repr__(self) -> str:
        """Nothing: a repr ends up in logs."""
        return "Secrets(…)"


def _add_journal_key(path: Path) -> str:
    """Give a file of before version 0.11 a key for the journal, drawn once whoever starts first; returns it.

    The file is whole at every instant, its other members as they were. Raises OSError where it cannot be written: the
    key is then added there by hand (`flask files key` draws one).
    """
    with path.open(encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        raw = json.loads(path.read_text(encoding="utf-8"))
        if "journal" not in raw:
            raw["journal"] = draw_key()
            _drafted(path, json.dumps(raw, indent=1)).replace(path)
    return str(raw["journal"])


def _keys_in(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),) if value else ()


def _key_id(name: str, key: str) -> str:
    return hashlib.scrypt(key.encode(), salt=f"vigie key id {name}".encode(), n=2**14, r=8, p=1, dklen=8).hex()


def _draw(path: Path, standing: Callable[[], Sequence[str]]) -> None:
    """Draw keys in a file, but beside nothing that was written under other ones; raises ConfigurationError."""
    found = standing()
    # Who starts at the same time may have drawn them, and written, while we looked.
    if found and not path.exists():
        raise ConfigurationError(
            f"Fichier des secrets {path} : introuvable, alors que {' et que '.join(found)}. D'autres clés ne les "
            "ouvriraient pas : aucune n'est tirée. Restaurez ce fichier d'une sauvegarde, ou dites où il est par "
            "VIGIE_SECRET_FILE, VIGIE_SECRETS ou VIGIE_SECRETS_COMMAND."
        )
    make_private_folder(path.parent)
    drawn = {
        "session": secrets.token_urlsafe(48), "tokens": secrets.token_urlsafe(48), "files": [draw_key()],
        "journal": draw_key(),
    }  # fmt: skip
    _create_once(path, json.dumps(drawn, indent=1))


def _create_once(path: Path, text: str) -> None:
    """Write a complete file or leave the one another process has just written: web and worker start together."""
    draft = _drafted(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _drafted(path: Path, text: str) -> Path:
    """A whole file beside another, on the disk, that nobody else can read at any instant."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(open_private(draft), "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    return draft
