"""Defects between files: templates that name what is not there, references that lead nowhere, obligations left out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.model import (
    Clause,
    ClauseLibrary,
    ClauseSlot,
    ContractTemplate,
    FactCondition,
    ObligationClass,
    Passage,
    TemplateAnnex,
)
from portal.contracts.rules.refusals import REASONS
from portal.core.language import Language, Sentence, say


def template_defects(template: ContractTemplate, library: ClauseLibrary) -> Iterator[Sentence]:
    """What is wrong in one template."""
    yield from _slots(template, library)
    for annex in template.annexes:
        yield from _annex(annex)
        yield from _intro(annex, template, library)
    named = [key for _, key in template.cover] + [key for _, *keys in template.signatures for key in keys]
    for key in named:
        if key not in FACTS or FACTS[key].kind is not FactKind.TEXT:
            yield say("La couverture et les signatures veulent un fait de texte, non « %(key)s ».", key=key)
    yield from _refusals(template)
    if not template.kind.counts:
        return
    certain = _certain(template, library)
    for obligation in library.obligations:
        if obligation.kind is ObligationClass.CONTRACT and obligation.key not in certain:
            yield say("Aucune clause toujours présente ne couvre l'obligation %(key)s.", key=obligation.key)


def _refusals(template: ContractTemplate) -> Iterator[Sentence]:
    """Refusals that nothing would ever say, or that rest on facts that are not there."""
    shared = template.shared_signature
    yield from conditions([refusal.when for refusal in template.refusals])
    yield from conditions(shared.when if shared else ())
    for refusal in template.refusals:
        if refusal.why not in REASONS:
            yield say("Motif de refus inconnu : « %(why)s ».", why=refusal.why)
        for key in refusal.unless_written:
            if key not in FACTS or FACTS[key].kind not in (FactKind.TEXT, FactKind.LIST):
                yield say("« unless_written » veut un texte ou une liste, non « %(key)s ».", key=key)
    for passages in shared.said.values() if shared else ():
        for key in sorted({key for passage in passages for key in passage.placeholders} - FACTS.keys()):
            yield say("Fait inconnu : « %(key)s ».", key=key)


def clause_defects(clause: Clause, library: ClauseLibrary) -> Iterator[tuple[Sentence, int | None]]:
    """What is wrong with a clause in the templates that use it."""
    using = [template for template in library.templates if clause.key in template.clause_keys]
    for template in using:
        yield from _needs(clause, template)
        for passage, line in _written(clause):
            given = (*clause.applies_when, *_condition(clause, passage))
            for target in sorted(passage.links):
                if sentence := _dangling(target, given, template, library):
                    yield sentence, line


def _written(clause: Clause) -> Iterator[tuple[Passage, int | None]]:
    """Every passage that a contract may take from a clause, fallbacks included, with its line."""
    for language, passages in clause.prose.items():
        for number, passage in enumerate(passages, start=1):
            yield passage, passage.line
            if point := clause.point(number):
                yield from (
                    (replace(taken, condition=passage.condition), None) for taken in point.fallback.get(language, ())
                )


def _repeated(keys: Iterable[str]) -> list[str]:
    listed = list(keys)
    return sorted({key for key in listed if listed.count(key) > 1})


def _condition(clause: Clause, passage: Passage) -> tuple[FactCondition, ...]:
    found = clause.conditions.get(passage.condition)
    return (found,) if found else ()


def _slots(template: ContractTemplate, library: ClauseLibrary) -> Iterator[Sentence]:
    for slot in template.slots:
        for key in slot.among:
            if key not in library.clause:
                yield say("Clause inconnue : %(key)s.", key=key)
        if slot.default and slot.default not in slot.among:
            yield say("La clause par défaut de « %(slot)s » n'est pas une de ses variantes.", slot=slot.key)
    for key in _repeated(template.clause_keys):
        yield say("Clause présente deux fois : %(key)s.", key=key)
    for key in _repeated(slot.key for slot in template.slots):
        yield say("Emplacement présent deux fois : %(key)s.", key=key)
    for key in _repeated(annex.key for annex in template.annexes):
        yield say("Annexe présente deux fois : %(key)s.", key=key)


def _annex(annex: TemplateAnnex) -> Iterator[Sentence]:
    for key in (*annex.facts, *annex.tables):
        if key not in FACTS:
            yield say("Annexe « %(annex)s » : fait inconnu « %(key)s ».", annex=annex.key, key=key)
        elif (FACTS[key].kind is FactKind.ROWS) != (key in annex.tables):
            yield say("Annexe « %(annex)s » : « %(key)s » n'est pas de la bonne forme.", annex=annex.key, key=key)
    for condition in annex.applies_when:
        if condition.fact not in FACTS or not condition.among <= FACTS[condition.fact].choices.keys():
            yield say(
                "Annexe « %(annex)s » : condition impossible sur « %(key)s ».", annex=annex.key, key=condition.fact
            )


def _intro(annex: TemplateAnnex, template: ContractTemplate, library: ClauseLibrary) -> Iterator[Sentence]:
    for language in Language:
        passages = annex.intro.get(language, ())
        if not passages and any(annex.intro.values()):
            part = language.value
            yield say("Annexe « %(annex)s » : introduction absente en %(language)s.", annex=annex.key, language=part)
        for passage in passages:
            for key in sorted(passage.placeholders - FACTS.keys()):
                yield say("Annexe « %(annex)s » : fait inconnu « %(key)s ».", annex=annex.key, key=key)
            for target in sorted(passage.links):
                if sentence := _dangling(target, annex.applies_when, template, library):
                    yield sentence


def _needs(clause: Clause, template: ContractTemplate) -> Iterator[tuple[Sentence, int | None]]:
    """A fact that is needed must be shown: by a passage, or by an annex a passage refers to."""
    carried = {f"annex.{annex.key}": {*annex.facts, *annex.tables} for annex in template.annexes}
    shown: set[str] = set()
    for passage in clause.prose.get(Language.FR, ()):
        shown |= passage.placeholders
        for link in passage.links:
            shown |= carried.get(link, set())
    for key in clause.needs:
        if key in FACTS and key not in shown:
            yield (
                say("« %(key)s » est dans « needs », mais ni la clause ni une annexe citée ne le montre.", key=key),
                None,
            )


def _dangling(
    target: str, given: Sequence[FactCondition], template: ContractTemplate, library: ClauseLibrary
) -> Sentence | None:
    """Why a reference may lead nowhere under the conditions in which it is written; None when it cannot."""
    slots = {slot.key: slot for slot in template.slots}
    annexes = {f"annex.{annex.key}": annex for annex in template.annexes}
    if target in annexes:
        safe = _implied(annexes[target].applies_when, given)
    elif target in template.clause_keys and target in library.clause:
        safe = _implied(library.clause[target].applies_when, given)
    elif target in slots:
        safe = _never_empty(slots[target], library)
    else:
        return say("Renvoi à « %(target)s », absent du modèle « %(template)s ».", target=target, template=template.key)
    if safe:
        return None
    return say(
        "Renvoi à « %(target)s », qui peut manquer au modèle « %(template)s ».", target=target, template=template.key
    )


def _implied(wanted: Iterable[FactCondition], given: Sequence[FactCondition]) -> bool:
    return all(any(one.implies(condition) for one in given) for condition in wanted)


def _never_empty(slot: ClauseSlot, library: ClauseLibrary) -> bool:
    """Whether some alternative applies whatever the facts are: one has no condition, or they share out all codes."""
    clauses = [library.clause[key] for key in slot.among if key in library.clause]
    if any(not clause.applies_when for clause in clauses):
        return True
    single = [clause.applies_when[0] for clause in clauses if len(clause.applies_when) == 1]
    return any(
        frozenset().union(*(one.among for one in single if one.fact == fact and not one.negated))
        >= FACTS[fact].choices.keys()
        for fact in {one.fact for one in single}
        if fact in FACTS
    )


def _certain(template: ContractTemplate, library: ClauseLibrary) -> set[str]:
    """Obligations met whatever the facts: by a clause always there, or by every alternative of a place never empty."""
    certain: set[str] = set()
    for slot in template.slots:
        met = [_unconditional(library.clause[key]) for key in slot.among if key in library.clause]
        if met and _never_empty(slot, library):
            certain |= set.intersection(*met)
    return certain


def _unconditional(clause: Clause) -> set[str]:
    passages = clause.prose.get(Language.FR, ())
    return {key for passage in passages if not passage.condition for key in passage.obligations}


def conditions(tested: Iterable[FactCondition]) -> Iterator[Sentence]:
    """Conditions that no set of facts could ever decide."""
    for condition in tested:
        fact = FACTS.get(condition.fact)
        if fact is None or fact.kind is not FactKind.CODES:
            yield say("Une condition porte sur « %(key)s », qui n'est pas un fait à codes.", key=condition.fact)
            continue
        for code in sorted(condition.among - fact.choices.keys()):
            yield say("Code inconnu pour « %(key)s » : « %(code)s ».", key=condition.fact, code=code)
