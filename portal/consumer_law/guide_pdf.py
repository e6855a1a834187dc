"""The guide on paper: its document tree, printed once per day and language."""

from datetime import date
from functools import lru_cache

from portal.consumer_law import legislation
from portal.consumer_law.guide_page import GuidePoint, guide
from portal.consumer_law.rules.law import SURENESS, Sureness
from portal.core.dates import written
from portal.core.documents.printing import PrintingError, print_in_child
from portal.core.documents.tree import Block, Document, Inline, Items, Note, Paragraph, Section, Text
from portal.core.files import Unavailable
from portal.core.language import N_, Language, say
from portal.core.translation import translate

PRINTING_SECONDS = 60


@lru_cache(maxsize=4)
def printed_guide(day: date, language: Language) -> bytes:
    """The guide as PDF: the same for everyone, so a reader seldom waits for the printer; raises Unavailable."""
    try:
        return print_in_child(document(day, language), PRINTING_SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure


def filename(language: Language) -> str:
    """The name it is saved under."""
    return f"guide-retractation-{language.value}.pdf"


def document(day: date, language: Language) -> Document:
    """The guide as a tree: what the page says, in its order."""
    found = guide(day, language)
    blocks: list[Block] = []
    example = translate(N_("Exemple"), language)
    for section in found.sections:
        parts: list[Block] = [Items(tuple(_point(point, language) for point in section.points))]
        if section.exceptions:
            parts.append(Items(tuple((Text(f"{number}° {text}"),) for number, text in section.exceptions)))
        parts += [Paragraph((Text(example, strong=True), Text(f" – {one}"))) for one in section.examples]
        blocks.append(Section(title=section.title, blocks=tuple(parts)))
    read_on = translate(
        say("Textes relus le %(day)s. Ce guide n'est pas un conseil juridique.", day=legislation.periods().read_on),
        language,
    )
    return Document(
        title=translate(N_("Rétractation : le guide"), language),
        subtitle=translate(N_("Ce qu'on note, ce qu'on ne demande jamais, et dans quel délai."), language),
        language=language,
        blocks=(*blocks, Note((Text(read_on),))),
        reference=written(day, language),
        contents=False,
        created=f"{day.isoformat()}T00:00:00+00:00",
    )


def _point(point: GuidePoint, language: Language) -> tuple[Inline, ...]:
    first = point.rules[0]
    since = translate(say("en vigueur depuis le %(day)s", day=first.valid_from), language)
    sure = "" if first.sure is Sureness.VERIFIED else f", {translate(SURENESS[first.sure], language)}"
    return (Text(point.text), Text(f" ({point.article}, {since}{sure})", emphasis=True))
