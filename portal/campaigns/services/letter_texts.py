"""Rewording the messages of waves, and going back to what was shipped; the journal keeps every wording."""

from dataclasses import asdict

from sqlalchemy.exc import IntegrityError

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.campaigns import queries, rules
from portal.campaigns.models import LetterText
from portal.campaigns.queries import LetterWords
from portal.core.errors import Refused
from portal.core.language import N_
from portal.journal import services as journal


class UnsoundLetter(Refused):
    """A wording that cannot be sent; `problems` says what is wrong and on which field."""

    def __init__(self, problems: list[rules.FieldProblem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def check_letter(kind: rules.LetterKind, words: LetterWords) -> None:
    """Raise UnsoundLetter with all that is wrong with a wording."""
    problems = [
        *rules.letter_problems(kind, "fr", words.subject_fr, words.body_fr),
        *rules.letter_problems(kind, "en", words.subject_en, words.body_en),
    ]
    if problems:
        raise UnsoundLetter(problems)


def write_letter(ctx: Context, kind: rules.LetterKind, words: LetterWords) -> None:
    """Send a message in these words from now on; those promised already go as they were. Raises UnsoundLetter."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    check_letter(kind, words)
    held = queries.own_letter(ctx, kind)
    if held is None:
        _write_first(ctx, kind, words)
        return
    before, after = journal.changes(held, asdict(words))
    if after:
        held.written_at = ctx.now
        journal.record(ctx, "letter.written", held, before=before, after=after)


def _write_first(ctx: Context, kind: rules.LetterKind, words: LetterWords) -> None:
    shipped = asdict(queries.shipped_words(kind))
    after = {name: text for name, text in asdict(words).items() if text != shipped[name]}
    if not after:
        return
    row = LetterText(kind=kind, written_at=ctx.now, **asdict(words))
    try:
        with ctx.session.begin_nested():
            ctx.session.add(row)
            ctx.session.flush()
    except IntegrityError as error:
        raise Refused(N_("Quelqu'un vient d'écrire ce message : rouvrez la page pour le lire.")) from error
    journal.record(ctx, "letter.written", row, before={name: shipped[name] for name in after}, after=after)


def restore_letter(ctx: Context, kind: rules.LetterKind) -> bool:
    """Send a message as it was shipped again; whether it had been reworded."""
    authorize(ctx, Permission.CAMPAIGN_MANAGE)
    held = queries.own_letter(ctx, kind)
    if held is None:
        return False
    words = {name: getattr(held, name) for name in asdict(queries.shipped_words(kind))}
    journal.record(ctx, "letter.restored", held, before=words)
    ctx.session.delete(held)
    ctx.session.flush()
    return True
