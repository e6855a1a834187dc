"""The portfolio on one page, as a document tree that a director may hand out."""

from collections.abc import Callable, Sequence

from portal.authz.context import Context
from portal.core.dates import written
from portal.core.documents.tree import Block, Document, Inline, Items, Note, Section, Table, Text
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.dashboard import rules
from portal.dashboard.queries import Portfolio, RiskRow

Say = Callable[[Sentence | str], str]
SHOWN_VENDORS = 8
SHOWN_DECISIONS = 6


def document(
    ctx: Context, found: Portfolio, worst: Sequence[RiskRow], language: Language, organisation: str
) -> Document:
    """The page as it stands now, in a language."""

    def said(sentence: Sentence | str) -> str:
        return translate(sentence, language)

    day = written(ctx.today, language)
    blocks: tuple[Block, ...] = (
        _figures(found, said),
        _heat(found, said),
        Section(title=said(say("À décider")), blocks=_decisions(found, said)),
        _worst(worst, said),
        Note(
            (
                Text(
                    said(
                        say(
                            "Niveau de garanties démontrées (RGPD art. 28(1)) : échelle interne, pas une certification."
                        )
                    )
                ),
            )
        ),
    )
    return Document(
        title=said(say("Portefeuille des sous-traitants")),
        subtitle=f"{organisation} · {day}",
        language=language,
        blocks=blocks,
        reference=day,
        contents=False,
        created=ctx.now.replace(microsecond=0).isoformat(),
    )


def _cell(text: object) -> tuple[Inline, ...]:
    return (Text(str(text)),)


def _figures(found: Portfolio, said: Say) -> Table:
    figures = (
        (say("Sous-traitants suivis"), found.heat.total),
        (say("Audits en retard"), found.late.total),
        (say("Preuves à renouveler sous 60 jours"), found.expiring.total),
        (say("Contrats incomplets"), found.incomplete.total),
        (say("Constats ouverts"), found.findings.total),
    )
    return Table(
        caption=said(say("Chiffres clés")),
        header=tuple(said(label) for label, _ in figures),
        rows=(tuple(_cell(value) for _, value in figures),),
    )


def _heat(found: Portfolio, said: Say) -> Table:
    columns = [grade or said(say("non mesuré")) for grade in found.heat.grades]
    return Table(
        caption=said(rules.headline(found.heat)),
        header=(said(say("Risque inhérent")), *columns),
        rows=tuple((_cell(f"{level} / 5"), *(_cell(n or "–") for n in cells)) for level, cells in found.heat.rows),
        widths=(3, *(1 for _ in columns)),
    )


def _decisions(found: Portfolio, said: Say) -> tuple[Block, ...]:
    if not found.decisions:
        return (Note((Text(said(say("Rien n'attend de décision."))),)),)
    return (
        Items(
            tuple(
                (Text(f"{decision.vendor} : ", strong=True), Text(said(decision.words)))
                for decision in found.decisions[:SHOWN_DECISIONS]
            ),
            ordered=True,
        ),
    )


def _worst(worst: Sequence[RiskRow], said: Say) -> Table:
    return Table(
        caption=said(say("Risque résiduel le plus élevé")),
        header=tuple(said(s) for s in (say("Sous-traitant"), say("Risque inhérent"), say("Niveau"), say("Sur 100"))),
        rows=tuple(
            (
                _cell(row.name),
                _cell(row.inherent or "–"),
                _cell(row.grade or "–"),
                _cell(row.points // 100 if row.points is not None else "–"),
            )
            for row in worst[:SHOWN_VENDORS]
        ),
        widths=(4, 1, 1, 1),
    )
