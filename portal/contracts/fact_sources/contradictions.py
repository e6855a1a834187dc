"""What register and answers say of the same thing, weighed: transfers, places, sub-processors (RGPD art. 28(2), ch. V).

A contract never states a regime that a place it knows of contradicts: the fact is then left undecided, with the reason.
"""

from collections.abc import Iterable, Iterator, Sequence

from portal.contracts.fact_sources import answer_facts
from portal.contracts.fact_sources.answer_facts import CHAIN, CHAIN_LIST, OUTSIDE, PLACES
from portal.contracts.fact_sources.register_facts import TIERS
from portal.contracts.fact_sources.sources import SERVICE, VENDOR, Doubt, SourcedFact, Sources
from portal.contracts.rules.fact_catalogue import FACTS
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say, semicolon
from portal.core.translation import translate
from portal.questionnaires.definition import NO
from portal.vendors.place_names import place_name
from portal.vendors.rules.countries import EEA_REGIONS, adequacy, in_eea
from portal.vendors.rules.facts import Chain, CustomerRelation
from portal.vendors.rules.naming import fold

NONE, ADEQUACY, SCC = "none", "adequacy", "scc"
WORLD = "WORLD"


@dataclass(frozen=True)
class TransferPlace:
    """A country or region where the data are known to go, and who says so."""

    code: str
    origin: Sentence
    mechanism: str = ""
    """How the vendor says that it frames the transfer."""


def known_places(sources: Sources) -> tuple[TransferPlace, ...]:
    """Every place known, whoever names it: a processor abroad receives the data wherever its servers are."""
    found = [TransferPlace(sources.vendor.country, VENDOR)] if sources.vendor.country else []
    if sources.service is not None:
        found += [TransferPlace(code, SERVICE) for code in sources.service.locations]
    for key in (PLACES, CHAIN_LIST):
        sheet = sources.asking(key)
        if sheet is not None:
            rows = ((row.get("pays"), row.get("mecanisme")) for row in sheet.rows(key))
            found += [TransferPlace(code, sheet.origin, how or "") for code, how in rows if code]
    return tuple(found)


def transfer_regime(sources: Sources, language: Language) -> tuple[SourcedFact | None, tuple[Doubt, ...]]:
    """The regime of transfers when the register or the answers settle it, and why they do not otherwise."""
    stated = sources.service.transfer_mechanism if sources.service is not None else ""
    if stated:
        doubts = tuple(unsuited_regimes((stated,), sources, language))
        return (None if doubts else SourcedFact("transfers.mechanism", (stated,), SERVICE)), doubts
    sheet = sources.asking(PLACES)
    if sheet is None or not sheet.rows(PLACES):
        return None, ()
    away = [place for place in known_places(sources) if not _near(place, sources)]
    open_ones = [p for p in away if not any(_frames(q.mechanism, p.code, sources) for q in away if q.code == p.code)]
    if open_ones:
        sentence = say(
            "Aucun outil de transfert valable n'est connu pour : %(places)s.", places=_listed(open_ones, language)
        )
        return None, (Doubt("transfers.mechanism", sentence),)
    if not away and sheet.given.get(OUTSIDE, NO) != NO:
        sentence = say("Le sous-traitant ne dit pas quel lieu est hors de l'Espace économique européen.")
        return None, (Doubt("transfers.mechanism", sentence),)
    regimes = {found for place in away if (found := _frames(place.mechanism, place.code, sources))} or {NONE}
    return SourcedFact("transfers.mechanism", tuple(sorted(regimes)), sheet.origin), ()


def unsuited_regimes(regimes: Sequence[str], sources: Sources, language: Language) -> Iterator[Doubt]:
    """The doubt, if any, that a regime leaves places known of without a frame (RGPD art. 44)."""
    if SCC in regimes:
        return
    away = [place for place in known_places(sources) if not _near(place, sources)]
    bare = away if ADEQUACY not in regimes else [p for p in away if not adequacy(p.code, sources.atlas, sources.on)]
    if bare:
        choices = FACTS["transfers.mechanism"].choices
        sentence = say(
            "Le régime des transferts « %(regime)s » ne convient pas à : %(places)s.",
            regime=", ".join(choices[code].said_in(language) for code in regimes if code in choices),
            places=_listed(bare, language),
        )
        yield Doubt("transfers.mechanism", sentence)


def authorised_subprocessors(sources: Sources, language: Language) -> tuple[SourcedFact | None, tuple[Doubt, ...]]:
    """The sub-processors to authorise; undecided while the register and the vendor contradict each other."""
    known = sources.service.chain if sources.service is not None else None
    sheet = sources.asking(CHAIN)
    rows = answer_facts.subprocessors(sheet, language) if sheet is not None else None
    if rows is None or sheet is None:
        return (SourcedFact("subprocessors", (), SERVICE) if known is Chain.NONE else None), ()
    if known is not None and (known is Chain.NONE) != (rows == ()):
        sentence = say("La fiche de la prestation et les réponses se contredisent sur les sous-traitants ultérieurs.")
        return None, (Doubt("subprocessors", sentence),)
    if gone := [name for row in rows if (name := str(row["name"] or "")) and fold(name) in sources.ended]:
        sentence = say(
            "Le registre ne tient plus pour sous-traitants ultérieurs, et les réponses nomment encore : %(names)s.",
            names=semicolon(language).join(dict.fromkeys(gone)),
        )
        return None, (Doubt("subprocessors", sentence),)
    return SourcedFact("subprocessors", rows, sheet.origin), ()


def warnings_for_signatory(sources: Sources, language: Language) -> Iterator[Doubt]:
    """What does not keep a fact out, but that whoever signs should know."""
    yield from _other_places(sources, language)
    yield from _bare_subprocessors(sources, language)
    yield from _silent_on_consumers(sources)
    vendor = sources.vendor
    floor, ceiling = vendor.tier_floor, vendor.tier_ceiling
    if vendor.tier is None and floor and ceiling and TIERS[floor] != TIERS[ceiling]:
        level = FACTS["tier"].choices[TIERS[ceiling]].said_in(language)
        yield Doubt(
            "tier",
            say("Des faits manquent à la fiche : le niveau de criticité pourrait monter à « %(level)s ».", level=level),
        )


def _other_places(sources: Sources, language: Language) -> Iterator[Doubt]:
    listed = set(sources.service.locations) if sources.service is not None else set()
    sheet = sources.asking(PLACES)
    if not listed or sheet is None or WORLD in listed:
        return
    beyond = [
        TransferPlace(code, sheet.origin)
        for row in sheet.rows(PLACES)
        if (code := row.get("pays"))
        and code not in listed
        and not (listed & EEA_REGIONS and in_eea(code, sources.atlas, sources.on))
    ]
    if beyond:
        sentence = say(
            "Lieux déclarés par le sous-traitant et absents de la fiche de la prestation : %(places)s.",
            places=", ".join(dict.fromkeys(place_name(place.code, language) for place in beyond)),
        )
        yield Doubt("locations", sentence)


def _bare_subprocessors(sources: Sources, language: Language) -> Iterator[Doubt]:
    sheet = sources.asking(CHAIN)
    if sheet is None or "subprocessors" in sources.typed:
        return
    codes = [row.get("pays") for row in sheet.rows(CHAIN_LIST)]
    rows = answer_facts.subprocessors(sheet, language) or ()
    bare = [
        row["name"] or "–"
        for code, row in zip(codes, rows, strict=False)
        if code and not row["transfer"] and not in_eea(code, sources.atlas, sources.on)
    ]
    if bare:
        sentence = say(
            "Sous-traitants ultérieurs hors de l'Espace économique européen, sans outil de transfert : %(names)s.",
            names=", ".join(bare),
        )
        yield Doubt("subprocessors", sentence)


_CONSUMER_CLAUSES = {
    "service.withdrawals": say(
        "Ce prestataire parle aux personnes en notre nom, et sa fiche ne dit pas si des rétractations, retours ou "
        "remboursements de consommateurs passent par lui : la clause CL30 est laissée de côté."
    ),
    "service.calls": say(
        "Ce prestataire parle aux personnes en notre nom, et sa fiche ne dit pas s'il démarche des consommateurs par "
        "téléphone : la clause CL31 est laissée de côté."
    ),
}


def _silent_on_consumers(sources: Sources) -> Iterator[Doubt]:
    """A clause that is left out because nobody has said whether it is wanted: silence must not look like a no."""
    service = sources.service
    if service is None or service.customer_relation in {None, CustomerRelation.NONE}:
        return
    told = {"service.withdrawals": service.handles_withdrawals, "service.calls": service.calls_consumers}
    for key, sentence in _CONSUMER_CLAUSES.items():
        if told[key] is None and key not in sources.typed:
            yield Doubt(key, sentence)


def _near(place: TransferPlace, sources: Sources) -> bool:
    return in_eea(place.code, sources.atlas, sources.on)


def _frames(mechanism: str, code: str, sources: Sources) -> str | None:
    """The regime that a declared mechanism stands for, if the law lets it frame a transfer to this country."""
    if mechanism == "cct":
        return SCC
    decision = adequacy(code, sources.atlas, sources.on)
    if decision is None or (mechanism == "dpf" and code != "US"):
        return None
    return ADEQUACY if mechanism in {"adequation", "dpf"} else None


def _listed(found: Iterable[TransferPlace], language: Language) -> str:
    said: dict[str, list[str]] = {}
    for place in found:
        origins = said.setdefault(place_name(place.code, language), [])
        origin = translate(place.origin, language)
        if origin not in origins:
            origins.append(origin)
    return semicolon(language).join(f"{name} ({', '.join(origins)})" for name, origins in said.items())
