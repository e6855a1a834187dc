"""What became of the audits acted on together, in words: a sentence for all, and one for each."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal.campaigns import rules
from portal.campaigns.rules import ActOutcome
from portal.campaigns.services import ActLine, WaveAct
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.web.formats import long_date
from portal.web.text import _, ngettext

WRITES = frozenset({WaveAct.REMIND, WaveAct.RESEND})
"""Acts that send; of the others, what was left alone is « not changed »."""
LEFT_ALONE: Mapping[ActOutcome, str] = {
    ActOutcome.RETURNED: N_("Déjà rendu"),
    ActOutcome.CANCELLED: N_("Déjà annulé"),
    ActOutcome.WRITTEN_TODAY: N_("Un message lui est déjà parti aujourd'hui"),
    ActOutcome.LATER_ALREADY: N_("Son échéance est déjà ce jour-là ou plus tard"),
    ActOutcome.NOBODY: N_("Personne à qui écrire"),
}
DONE: Mapping[WaveAct, str] = {
    WaveAct.REMIND: N_("Relancé"),
    WaveAct.RESEND: N_("Invitation renvoyée"),
    WaveAct.EXTEND: N_("Échéance reportée, le prestataire est prévenu"),
    WaveAct.CANCEL: N_("Annulé, le prestataire est prévenu"),
}


@dataclass(frozen=True)
class ActReport:
    """The page of what was done."""

    act: WaveAct
    summary: str
    lines: Sequence[tuple[ActLine, str]]
    """Those left alone first: they are what is still to be dealt with."""
    is_done: bool
    """Whether anything was done at all."""


def act_report(act: WaveAct, lines: Sequence[ActLine], until: date | None = None) -> ActReport:
    """What became of some audits; `until` is the day given to them."""
    counts = rules.counted(line.outcome for line in lines)
    words = [_done(act, n, until) if one is ActOutcome.DONE else _left(act, one, n) for one, n in counts]
    ordered = sorted(lines, key=lambda line: line.outcome is ActOutcome.DONE)
    return ActReport(
        act=act,
        summary=" ".join(f"{sentence}." for sentence in words),
        lines=[(line, str(_(DONE[act] if line.outcome is ActOutcome.DONE else LEFT_ALONE[line.outcome])))
               for line in ordered],
        is_done=any(line.outcome is ActOutcome.DONE for line in lines),
    )  # fmt: skip


def _done(act: WaveAct, count: int, until: date | None) -> str:
    if act is WaveAct.REMIND:
        return str(ngettext("%(num)s relancé", "%(num)s relancés", count))
    if act is WaveAct.RESEND:
        return str(ngettext("%(num)s invitation renvoyée", "%(num)s invitations renvoyées", count))
    if act is WaveAct.EXTEND:
        day = long_date(until)
        return str(
            ngettext("%(num)s échéance reportée au %(day)s", "%(num)s échéances reportées au %(day)s", count, day=day)
        )
    return str(ngettext("%(num)s audit annulé", "%(num)s audits annulés", count))


def _left(act: WaveAct, outcome: ActOutcome, count: int) -> str:
    what = _left_words(outcome, count)
    return str(_("%(what)s : rien envoyé", what=what) if act in WRITES else _("%(what)s : rien changé", what=what))


def _left_words(outcome: ActOutcome, count: int) -> str:
    if outcome is ActOutcome.RETURNED:
        return str(ngettext("%(num)s déjà rendu", "%(num)s déjà rendus", count))
    if outcome is ActOutcome.CANCELLED:
        return str(ngettext("%(num)s déjà annulé", "%(num)s déjà annulés", count))
    if outcome is ActOutcome.WRITTEN_TODAY:
        return str(ngettext("%(num)s averti aujourd'hui déjà", "%(num)s avertis aujourd'hui déjà", count))
    if outcome is ActOutcome.NOBODY:
        return str(ngettext("%(num)s sans personne à qui écrire", "%(num)s sans personne à qui écrire", count))
    return str(ngettext("%(num)s déjà à cette date ou plus tard", "%(num)s déjà à cette date ou plus tard", count))
