"""Two texts of one questionnaire side by side: which there are, and what differs."""

from collections.abc import Mapping, Sequence

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.errors import NotFound
from portal.core.language import Sentence, say
from portal.questionnaires import catalogue, queries, services
from portal.questionnaires.definition import Bilingual, Questionnaire
from portal.questionnaires.models import OwnQuestionnaire, QuestionnaireVersion
from portal.questionnaires.rules.differences import QuestionnaireChanges, questionnaire_changes
from portal.web.formats import long_date

NOW = "maintenant"


@dataclass(frozen=True)
class DifferencesPage:
    """The texts that may be compared, the two that are, and what differs."""

    title: Bilingual
    own: OwnQuestionnaire | None
    sides: Sequence[tuple[str, Sentence]]
    """What each is called in an address, and its name; the newest first."""
    before: str
    after: str
    changes: QuestionnaireChanges | None
    """None when there is one text alone."""


def differences_page(ctx: Context, key: str, before: str, after: str) -> DifferencesPage:
    """What differs between two texts of a questionnaire; the last published and the present one unless named."""
    own = queries.own_keyed(ctx.session, key) if ctx.can(Permission.QUESTIONNAIRE_WRITE) else None
    present = _present(ctx, key, own)
    versions = {f"v{version.id}": version for version in queries.versions_of(ctx.session, key)}
    names: dict[str, Sentence] = {}
    if present is not None:
        names[NOW] = say("Ce qui est écrit maintenant") if own else say("Le fichier d'aujourd'hui")
    names |= {
        ref: say("Version %(version)s, du %(day)s", version=one.version, day=long_date(one.published_at))
        for ref, one in versions.items()
    }
    if not names:
        raise NotFound(queries.GONE)
    refs = list(names)
    after = after if after in names else refs[0]
    before = before if before in names else next((ref for ref in refs if ref != after), "")
    changes = None
    if before:
        texts = [_text(ctx, ref, present, versions) for ref in (before, after)]
        changes = questionnaire_changes(*texts)
    return DifferencesPage(
        title=_text(ctx, after, present, versions).title,
        own=own, sides=list(names.items()), before=before, after=after, changes=changes,
    )  # fmt: skip


def _present(ctx: Context, key: str, own: OwnQuestionnaire | None) -> Questionnaire | None:
    if own is not None:
        return services.reading_of(ctx, queries.own_text(ctx.session, own))
    found, _defects = catalogue.read(process.settings().questionnaires_dir, ctx.session)
    return found.get(key)


def _text(
    ctx: Context, ref: str, present: Questionnaire | None, versions: Mapping[str, QuestionnaireVersion]
) -> Questionnaire:
    if ref in versions:
        return queries.questionnaire_of(ctx.session, versions[ref])
    if present is None:
        raise NotFound(queries.GONE)
    return present
