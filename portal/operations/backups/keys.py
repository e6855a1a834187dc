"""Which of the keys that a backup asks for are not here."""

from collections.abc import Iterator

from portal.core.config import Settings
from portal.core.seal import NoSealKey, read_seal_key
from portal.operations.backups.manifest import Manifest

REPLACEABLE = frozenset({"session"})
"""Members of the file of secrets that close nothing that is kept: another one only signs everybody out."""


def missing_keys(told: Settings, manifest: Manifest) -> list[str]:
    """The keys that the backup names and that the settings have not, in words; a key is told by its name alone."""
    return [*_missing_secrets(told, manifest), *_missing_seals(told, manifest)]


def _missing_secrets(told: Settings, manifest: Manifest) -> Iterator[str]:
    ours = told.secrets.key_ids
    for name, ids in sorted(manifest.keys.items()):
        if name not in REPLACEABLE:
            yield from (f"la clé « {name} » {one}" for one in ids if one not in ours.get(name, ()))


def _missing_seals(told: Settings, manifest: Manifest) -> Iterator[str]:
    if not manifest.seal:
        return
    try:
        ours = read_seal_key(told.seal_source).fingerprints
    except NoSealKey:
        ours = ()
    yield from (f"le cachet {one[:16]}" for one in manifest.seal if one not in ours)
