"""The messages of waves as they are sent today: in our own words, or as they were shipped."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns.models import LetterText
from portal.campaigns.rules import LetterKind
from portal.core.dataclass import dataclass

SHIPPED = Path(__file__).resolve().parents[1] / "templates" / "emails" / "shipped"


@dataclass(frozen=True)
class LetterWords:
    """The subject and the text of a message in each language."""

    subject_fr: str
    body_fr: str
    subject_en: str
    body_en: str

    def texts(self) -> dict[str, str]:
        """Subject then message, by language, as a template fills them."""
        return {"fr": f"{self.subject_fr}\n{self.body_fr}", "en": f"{self.subject_en}\n{self.body_en}"}


def shipped_words(kind: LetterKind) -> LetterWords:
    """A message as it was shipped."""
    found = {}
    for language in ("fr", "en"):
        text = (SHIPPED / f"{kind.value}.{language}.txt").read_text(encoding="utf-8")
        found[f"subject_{language}"], _, body = text.partition("\n")
        found[f"body_{language}"] = body.strip()
    return LetterWords(**found)


def own_letters(ctx: Context) -> dict[LetterKind, LetterText]:
    """The messages in our own words, by kind."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    return {row.kind: row for row in ctx.session.scalars(select(LetterText))}


def own_letter(ctx: Context, kind: LetterKind) -> LetterText | None:
    """A message in our own words; None when it is sent as it was shipped."""
    authorize(ctx, Permission.CAMPAIGN_VIEW)
    return ctx.session.scalar(select(LetterText).where(LetterText.kind == kind))


def texts_in_force(ctx: Context) -> Mapping[str, Mapping[str, str]]:
    """The wordings of ours by the name of their template then by language; one statement, for a whole wave."""
    return {row.kind.value: row.texts() for row in ctx.session.scalars(select(LetterText))}
