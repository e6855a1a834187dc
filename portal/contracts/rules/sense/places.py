"""Checks on places and transfers: what the law makes of a country, and what the contract says of it (RGPD ch. V)."""

from collections.abc import Iterator

from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.sense.model import FactsScene, SenseCheck, SenseProblem, StatedTransfer
from portal.contracts.rules.written_dates import date_in
from portal.core.calendar import months_later
from portal.vendors.rules.naming import plain

MECHANISM, TRANSFERS = "transfers.mechanism", "transfers.rows"
NONE, ADEQUACY, SCC = "none", "adequacy", "scc"
LISTING_MONTHS = 12
ARTICLE_3_2, REPRESENTATIVE = "vendor.article_3_2", "vendor.eu_representative"
_YES = frozenset({"oui", "yes", "y", "o", "vrai", "true"})
_NOBODY = frozenset({"aucun", "aucune", "none", "sans objet", "neant", "not applicable", "n a", "na", "non", "no"})


def _claims(check: SenseCheck, scene: FactsScene) -> Iterator[StatedTransfer]:
    """Recipients whose transfer tool is one that the check is about."""
    return (transfer for transfer in scene.transfers if check.holds_words(transfer.tool))


def _problem(check: SenseCheck, transfer: StatedTransfer, **more: object) -> SenseProblem:
    values = {"name": transfer.name, "country": transfer.country, "tool": transfer.tool}
    return SenseProblem(check, transfer.fact, {**values, **more})


def tool_in_eea(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A transfer tool where nothing is transferred."""
    for transfer in _claims(check, scene):
        if all(map(scene.is_near, transfer.codes)):
            yield _problem(check, transfer)


def tool_without_decision(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """Adequacy claimed for a country that no decision covers."""
    for transfer in _claims(check, scene):
        if any(not scene.is_near(code) and not scene.is_adequate(code) for code in transfer.codes):
            yield _problem(check, transfer)


def tool_elsewhere(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A tool that one country alone has, claimed for another."""
    for transfer in _claims(check, scene):
        if any(code != check.country and not scene.is_near(code) for code in transfer.codes):
            yield _problem(check, transfer)


def listing_missing(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A country whose adequacy rests on a listing, relied upon without the date at which the listing was checked."""
    claims = [transfer for transfer in _claims(check, scene) if check.country in transfer.codes]
    for transfer in claims:
        if not _listing(transfer, scene):
            yield _problem(check, transfer)
    stated = any(check.country in transfer.codes for transfer in scene.transfers)
    if not stated and check.country in scene.abroad and ADEQUACY in scene.regimes and SCC not in scene.regimes:
        is_there = check.country in scene.codes_in(scene.facts.text("vendor.country"))
        name = scene.facts.text("vendor.name") if is_there else ""
        # A processor elsewhere is not whose listing is asked for: nobody says yet who receives the data there.
        yield SenseProblem(check, MECHANISM, {"name": name or scene.abroad[check.country]})


def listing_old(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A listing checked more than a year ago, or in the future."""
    for transfer in _claims(check, scene):
        listing = _listing(transfer, scene)
        checked = date_in(listing)
        if checked is not None and not months_later(scene.on, -LISTING_MONTHS) <= checked <= scene.on:
            yield _problem(check, transfer, listing=listing)


def _listing(transfer: StatedTransfer, scene: FactsScene) -> str:
    """The day a recipient's listing was checked, said on its own line or on another line of the same name."""
    lines = (one.row for one in scene.transfers if plain(one.name) == plain(transfer.name))
    return next((text for row in lines if (text := (row.get("listing") or "").strip())), "")


def assessment_missing(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """Contractual clauses relied upon without an assessment of the local law."""
    for transfer in _claims(check, scene):
        abroad = not all(map(scene.is_near, transfer.codes))
        if abroad and transfer.fact == TRANSFERS and not (transfer.row.get("assessment") or "").strip():
            yield _problem(check, transfer)


def scc_under_article_3_2(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """The clauses of 2021/914 with an importer to whom the RGPD applies already."""
    for transfer in _claims(check, scene):
        if plain(transfer.row.get("article_3_2") or "") in _YES:
            yield _problem(check, transfer)
    abroad = "third_country" in scene.facts.items("vendor.established")
    if SCC in scene.regimes and abroad and (said := _under_article_3_2(scene)):
        yield SenseProblem(check, said, {"name": scene.facts.text("vendor.name") or "–"})


def _under_article_3_2(scene: FactsScene) -> str:
    """The fact that places the processor under art. 3(2): it is said, or it has a representative under art. 27."""
    said = scene.facts.items(ARTICLE_3_2)
    if said:
        return ARTICLE_3_2 if "yes" in said else ""
    representative = scene.facts.text(REPRESENTATIVE)
    return REPRESENTATIVE if representative and plain(representative) not in _NOBODY else ""


def no_transfer(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """« No transfer » said of a contract whose facts name a place outside the European Economic Area."""
    if NONE in scene.regimes and scene.abroad:
        yield SenseProblem(check, MECHANISM, {"places": ", ".join(scene.abroad.values())})


def regime_missing(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """Places outside the European Economic Area, and no regime chosen."""
    if not scene.regimes and scene.abroad:
        yield SenseProblem(check, MECHANISM, {"places": ", ".join(scene.abroad.values())})


def regime_without_decision(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A regime of adequacy alone, and a place that no decision covers."""
    if ADEQUACY not in scene.regimes or SCC in scene.regimes:
        return
    bare = [text for code, text in scene.abroad.items() if not scene.is_adequate(code)]
    if bare:
        yield SenseProblem(check, MECHANISM, {"places": ", ".join(bare)})


def tool_outside_regime(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A recipient under a tool whose clause the regime chosen leaves out."""
    if not scene.regimes or NONE in scene.regimes or check.regime in scene.regimes:
        return
    for transfer in _claims(check, scene):
        if not all(map(scene.is_near, transfer.codes)):
            yield _problem(check, transfer)


def processor_unlisted(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A processor outside the European Economic Area that the table of transfers leaves out: only what it lists may go.

    A table that nobody filled in is a blank, told as such; one filled in is read by the names of its recipients.
    """
    near = {NONE}.issuperset(scene.regimes) or "third_country" not in scene.facts.items("vendor.established")
    if near or not scene.facts.is_known(TRANSFERS):
        return
    name = scene.facts.text("vendor.name")
    listed = [plain(row.get("importer") or "") for row in scene.facts.rows(TRANSFERS)]
    if name and not any(plain(name) in importer for importer in listed):
        yield SenseProblem(check, TRANSFERS, {"name": name, "country": scene.facts.text("vendor.country") or "–"})


def place_without_country(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """A place that no country can be read from."""
    for where in check.at:
        for found in scene.texts(where):
            if not scene.codes_in(found.text):
                yield SenseProblem(check, found.fact, {"found": found.text})


def establishment(check: SenseCheck, scene: FactsScene) -> Iterator[SenseProblem]:
    """The country of the processor, and on which side of the border it is said to be."""
    country, said = scene.facts.text("vendor.country"), scene.facts.items("vendor.established")
    codes = scene.codes_in(country)
    if codes and said and ("eea" in said) != all(map(scene.is_near, codes)):
        found = FACTS["vendor.established"].choices[said[0]]
        yield SenseProblem(check, "vendor.established", {"country": country, "found": found})
