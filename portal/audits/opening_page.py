"""What the page that opens an audit shows: the questionnaires a vendor's services call for, why, and what to ask."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.identity.models import User
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.rules.composition import (
    MissingFact,
    PackCall,
    PackReason,
    PackRule,
    called_packs,
    in_order,
    missing_facts,
    question_counts,
)
from portal.vendors import queries as vendors
from portal.vendors.models import Vendor
from portal.vendors.rules.questionnaire_facts import FACT_KINDS


@dataclass(frozen=True)
class OfferedPack:
    """A questionnaire that may be asked: its title, how many questions it holds, and why it is called for or not."""

    key: str
    title: str
    questions: int
    hint: str
    is_called: bool
    is_undecided: bool


@dataclass(frozen=True)
class UnansweredService:
    """A service and what nobody has said of it; without a number, no service is described."""

    name: str
    number: int | None
    questions: tuple[str, ...]


@dataclass(frozen=True)
class OpeningPage:
    """What is offered, in the order asked, and who should answer what first."""

    packs: Sequence[OfferedPack]
    unanswered: Sequence[UnansweredService]
    owner: User | None
    asked: int
    """Questions of what is called for, each counted once."""

    @property
    def proposed(self) -> tuple[str, ...]:
        """The questionnaires called for."""
        return tuple(pack.key for pack in self.packs if pack.is_called)

    @property
    def undecided(self) -> int:
        """How many questionnaires wait for a fact."""
        return sum(pack.is_undecided for pack in self.packs)


def opening_page(
    ctx: Context, vendor: Vendor, shipped: Mapping[str, Questionnaire], rules: Sequence[PackRule], language: Language
) -> OpeningPage:
    """The questionnaires offered for a vendor, as its services stand today."""
    services = vendors.described_services(ctx, [vendor.id])[vendor.id]
    calls = {call.questionnaire: call for call in called_packs(rules, services)}
    called = [shipped[key] for key, call in calls.items() if call.is_called]
    counts = question_counts(called)
    packs = [
        _offer(shipped[key], calls.get(key, PackCall(key)), counts.get(key), language, is_named=len(services) > 1)
        for key in in_order(rules, shipped)
    ]
    return OpeningPage(
        packs=packs,
        unanswered=_unanswered(missing_facts(calls.values()), language),
        owner=vendors.owner_of(ctx, vendor),
        asked=sum(counts.values()),
    )


def _offer(
    pack: Questionnaire, call: PackCall, added: int | None, language: Language, *, is_named: bool
) -> OfferedPack:
    return OfferedPack(
        key=pack.key,
        title=pack.title.read(language),
        questions=len(pack.questions) if added is None else added,
        hint=", ".join(_because(reason, language, is_named=is_named) for reason in call.reasons),
        is_called=call.is_called,
        is_undecided=call.is_undecided,
    )


def _because(reason: PackReason, language: Language, *, is_named: bool) -> str:
    """The reason, with the services that make it so where the vendor has several."""
    if not (reason.services and is_named):
        return reason.because.read(language)
    named = ", ".join(translate(say("« %(label)s »", label=service), language) for service in reason.services)
    return translate(say("%(because)s (%(services)s)", because=reason.because.read(language), services=named), language)


def _unanswered(missing: Sequence[MissingFact], language: Language) -> list[UnansweredService]:
    by_service = sorted(missing, key=lambda one: (one.service, one.number or 0))
    return [
        UnansweredService(name, number, tuple(translate(_question(one), language) for one in dict.fromkeys(found)))
        for (name, number), found in groupby(by_service, key=lambda one: (one.service, one.number))
    ]


def _question(missing: MissingFact) -> Sentence:
    return FACT_KINDS[missing.fact].question
