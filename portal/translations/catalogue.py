"""The English catalogue: merged from the parts, judged against the sources, compiled when it is stale."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import english
from portal.translations.sources import SourceSentence

HERE = Path(__file__).resolve().parent
PARTS = HERE / "en" / "parts"
COMPILED = HERE / "en" / "LC_MESSAGES" / "messages.mo"
PLACEHOLDER = expression(r"%\((\w+)\)[sd]")


@dataclass(frozen=True)
class Fault:
    """Something that keeps a sentence from being said in English."""

    where: str
    message: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.where}: {self.message}"


@dataclass(frozen=True)
class Pair:
    """A translation and the part that holds it."""

    message: Message
    part: str

    @property
    def english(self) -> tuple[str, ...]:
        """The English forms: one, or singular and plural."""
        said = self.message.string
        return (said,) if isinstance(said, str) else tuple(said or ("",))


def pairs(parts: Path = PARTS) -> Iterator[Pair]:
    """Every translation of every part, in the order of the files; raises ValueError with the line that is not PO."""
    for path in sorted(parts.glob("*.po")):
        try:
            with path.open("rb") as handle:
                messages = list(read_po(handle, locale="en", abort_invalid=True))
        except PoFileError as error:
            raise ValueError(f"{path.name}, ligne {error.lineno + 1} : {error.line}") from error
        yield from (Pair(message, path.name) for message in messages if message.id)


def merged(parts: Path = PARTS) -> Catalog:
    """One catalogue of all parts; of two translations of the same sentence the first stands."""
    catalogue = Catalog(locale="en", domain="messages", fuzzy=False)
    for pair in pairs(parts):
        if _key(pair.message) not in catalogue and all(pair.english) and not pair.message.fuzzy:
            catalogue.add(pair.message.id, _typeset(pair))
    return catalogue


def faults(spoken: Mapping[str, SourceSentence], parts: Path = PARTS) -> list[Fault]:
    """What is missing, unfinished, contradictory, or would fail when its values are filled in."""
    found: list[Fault] = []
    known: dict[str, Pair] = {}
    for pair in pairs(parts):
        key = _key(pair.message)
        if key in known and known[key].english != pair.english:
            found.append(Fault(pair.part, f"« {key} » est déjà traduit autrement dans {known[key].part}."))
        known.setdefault(key, pair)
        if pair.message.fuzzy:
            found.append(Fault(pair.part, f"« {key} » est marqué « fuzzy »."))
        elif not all(pair.english):
            found.append(Fault(pair.part, f"« {key} » n'a pas de texte anglais."))
        else:
            found += [Fault(pair.part, f"« {key} » : {reason}") for reason in _misfits(pair)]
    for key, sentence in spoken.items():
        if key not in known:
            found.append(Fault(sentence.where, f"« {key} » n'a pas de traduction anglaise."))
        elif sentence.plural and len(known[key].english) < 2:
            found.append(Fault(known[key].part, f"« {key} » demande un pluriel (msgid_plural)."))
    return found


def unused(spoken: Mapping[str, SourceSentence], parts: Path = PARTS) -> list[Fault]:
    """Translations of sentences that nobody says any more."""
    return [
        Fault(pair.part, f"« {_key(pair.message)} » n'est plus dit nulle part.")
        for pair in pairs(parts)
        if _key(pair.message) not in spoken
    ]


def is_stale(parts: Path = PARTS, compiled: Path = COMPILED) -> bool:
    """Whether the compiled catalogue is absent, or older than a part (or than the list of parts)."""
    if not compiled.exists():
        return True
    made = compiled.stat().st_mtime_ns
    return any(path.stat().st_mtime_ns >= made for path in (parts, *parts.glob("*.po")))


def compile_catalogue(parts: Path = PARTS, compiled: Path = COMPILED) -> int:
    """Write the compiled catalogue; a reader sees the former one or the new one, never half. Returns its sentences."""
    catalogue, written = merged(parts), BytesIO()
    write_mo(written, catalogue)
    compiled.parent.mkdir(parents=True, exist_ok=True)
    draft = compiled.with_suffix(".part")
    draft.write_bytes(written.getvalue())
    draft.replace(compiled)
    return len(catalogue)


def _typeset(pair: Pair) -> str | tuple[str, ...]:
    """The English as printed: set once here, for all who say it."""
    forms = tuple(english(form) for form in pair.english)
    return forms if isinstance(pair.message.id, tuple | list) else forms[0]


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _misfits(pair: Pair) -> Iterator[str]:
    """Values named in one language and not in the other, or a text that cannot take them.

    The plural says every value of the French plural; the singular may leave the number unsaid.
    """
    ids = (pair.message.id,) if isinstance(pair.message.id, str) else tuple(pair.message.id)
    allowed = {name for text in ids for name in PLACEHOLDER.findall(text)}
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    for place, text in enumerate(pair.english):
        said = set(PLACEHOLDER.findall(text))
        if said - allowed or (place == len(pair.english) - 1 and wanted - said):
            yield f"l'anglais attend {_names(said)}, le français {_names(wanted)}."
        elif allowed and not _takes_values(text, allowed):
            yield "un « % » de l'anglais n'est pas doublé."


def _names(names: set[str]) -> str:
    return ", ".join(f"%({name})s" for name in sorted(names)) or "aucune valeur"


def _takes_values(text: str, names: set[str]) -> bool:
    try:
        text % dict.fromkeys(names, 1)
    except (ValueError, TypeError, KeyError):
        return False
    return True
