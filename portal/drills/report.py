"""The report of a drill on paper: the times beside the limits and the drill before, what was missing."""

from portal.core.clock import LEGAL_ZONE
from portal.core.dates import written
from portal.core.documents.tree import Block, Document, Items, Note, Paragraph, Section, Table, Text
from portal.core.language import N_, Language, both, quoted, say
from portal.core.translation import translate
from portal.drills.drill_page import DrillPage
from portal.drills.rules import DrillKind
from portal.incidents.facts_page import moment

TITLE = N_("Compte rendu d'exercice")


def report_tree(page: DrillPage, organisation: str, language: Language) -> Document:
    """The report, drawn from what was kept: nothing that was written in the drill."""
    drill = page.drill
    day = written(drill.asked_at.astimezone(LEGAL_ZONE).date(), language)
    blocks: list[Block] = [
        Note((Text(translate(_MARK, language)),)),
        Paragraph((Text(translate(page.verdict, language), strong=True),)),
        Section(title=translate(N_("L'exercice"), language), blocks=(_facts(page, language),)),
        Section(title=translate(N_("Les temps"), language), blocks=_times(page, language)),
        Section(title=translate(N_("Ce qui manquait"), language), blocks=_gaps(page, language)),
    ]
    return Document(
        title=translate(TITLE, language), subtitle=f"{organisation} – {translate(drill.kind.label, language)}",
        language=language, blocks=tuple(blocks), reference=f"{organisation} · {day}", contents=False,
        created=(drill.ended_at or drill.asked_at).replace(microsecond=0).isoformat(),
    )  # fmt: skip


_MARK = N_(
    "Exercice joué sur une copie effacée depuis : rien de ce qui y a été écrit n'est dans un registre. Les minutes sont"
    " comptées du début de l'exercice jusqu'à ce que chaque étape soit franchie selon la règle du vrai cas."
)


def _facts(page: DrillPage, language: Language) -> Table:
    drill = page.drill
    rows = [
        (both(language, "Objet", "About"), drill.label),
        (both(language, "Joué au", "Set on"), moment(drill.set_at, language)),
        (both(language, "Ce que les participants ont appris", "What the participants were told"), drill.scene),
        (both(language, "Participants", "Participants"), ", ".join(user.name for user in page.members)),
        (both(language, "Messages qui seraient partis", "Messages that would have left"), str(drill.mails)),
    ]
    if drill.as_of is not None:
        rows.insert(1, (both(language, "Tel que c'était le", "As it stood on"), written(drill.as_of, language)))
    if drill.aim_minutes is not None:
        rows.append((both(language, "Objectif", "Aim"), _minutes(drill.aim_minutes)))
    if page.due is not None:
        rows.append((both(language, "Terme des 72 heures (art. 33(1))", "End of the 72 hours (Art. 33(1))"),
                     moment(page.due, language)))  # fmt: skip
    for one in drill.limits.get("contracts", ()):
        told = both(language, f"Délai du prestataire : {one['title']}", f"Time of the vendor: {one['title']}")
        rows.append((told, f"{one['hours']} h – {quoted(one['quote'], language)}"))
    if drill.kind is DrillKind.BREACH and not drill.limits.get("contracts"):
        rows.append((both(language, "Délai du prestataire", "Time of the vendor"), translate(N_("inconnu"), language)))
    return Table(
        caption="", header=("", ""), widths=(2, 4),
        rows=tuple(((Text(name, strong=True),), (Text(text),)) for name, text in rows),
    )  # fmt: skip


def _times(page: DrillPage, language: Language) -> tuple[Block, ...]:
    header = (
        both(language, "Étape", "Step"), both(language, "Minutes", "Minutes"), both(language, "Par", "By"),
        both(language, "La fois d'avant", "The time before"),
    )  # fmt: skip
    missed = both(language, "non franchie", "not reached")
    rows = tuple(
        (
            (Text(translate(one.step.label, language)),),
            (Text(missed if one.minutes is None else _minutes(one.minutes)),),
            (Text(one.by),),
            (Text("–" if one.before is None else _minutes(one.before)),),
        )
        for one in page.times
    )
    found: list[Block] = [Table(caption="", header=header, rows=rows, widths=(5, 2, 2, 2))]
    if page.before is not None:
        words = say("Comparé à l'exercice du %(day)s : %(label)s.", label=page.before.label,
                    day=written(page.before.asked_at.astimezone(LEGAL_ZONE).date(), language))  # fmt: skip
        found.append(Paragraph((Text(translate(words, language)),)))
    return tuple(found)


def _minutes(count: int) -> str:
    return f"{count} min"


def _gaps(page: DrillPage, language: Language) -> tuple[Block, ...]:
    if not page.gaps:
        return (Paragraph((Text(translate(N_("Rien de ce qui est regardé ne manquait."), language)),)),)
    mended = both(language, " (comblé depuis)", " (mended since)")
    return (Items(tuple((Text(gap.text + (mended if gap.is_mended else "")),) for gap in page.gaps)),)
