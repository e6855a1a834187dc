"""What a notification must hold (RGPD art. 33(3)), and which of it is known; pure. An empty field is never green."""

from collections.abc import Iterable, Mapping

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.incidents.rules.breach_facts import BreachFacts
from portal.incidents.rules.sense import is_reachable, says_something
from portal.vendors.rules.facts import Labelled


class ContentState(Labelled):
    """Whether something is known."""

    KNOWN = "known", N_("Connu")
    UNKNOWN = "unknown", N_("Pas encore connu")
    SENSELESS = "senseless", N_("Ne dit rien : à écrire")


@dataclass(frozen=True)
class ContentItem:
    """One element that the law asks for."""

    key: str
    label: str
    """Marked for translation."""
    article: str
    state: ContentState


LABELS: Mapping[str, tuple[str, str]] = {
    "what": (N_("Nature de la violation : ce qui s'est passé"), "art. 33(3)(a)"),
    "nature": (N_("Nature de la violation : ce qui est atteint"), "art. 33(3)(a)"),
    "subjects": (N_("Catégories de personnes"), "art. 33(3)(a)"),
    "persons": (N_("Nombre approximatif de personnes"), "art. 33(3)(a)"),
    "categories": (N_("Catégories de données"), "art. 33(3)(a)"),
    "records": (N_("Nombre approximatif d'enregistrements"), "art. 33(3)(a)"),
    "contact": (N_("Qui peut en dire plus, et comment le joindre"), "art. 33(3)(b)"),
    "consequences": (N_("Conséquences probables"), "art. 33(3)(c)"),
    "measures": (N_("Mesures prises ou proposées"), "art. 33(3)(d)"),
}
_TEXTS = frozenset({"what", "consequences", "measures"})


def content_of(facts: BreachFacts) -> tuple[ContentItem, ...]:
    """Each element of art. 33(3), in its order, with whether it is known."""
    return tuple(ContentItem(key, *LABELS[key], _state(key, getattr(facts, key))) for key in LABELS)


def _state(key: str, value: object) -> ContentState:
    if value in ("", None, ()):
        return ContentState.UNKNOWN
    if key in _TEXTS and not says_something(str(value)):
        return ContentState.SENSELESS
    if key == "contact" and not is_reachable(str(value)):
        return ContentState.SENSELESS
    return ContentState.KNOWN


def known_among(items: Iterable[ContentItem]) -> int:
    """How many are known."""
    return sum(item.state is ContentState.KNOWN for item in items)
