"""Ways in which a page is laid out anew while it says the same: each makes another version of a page.

None of them touches what is stated; a comparison that finds a change in one of them cries wolf.
"""

import html
import re
import textwrap
import unicodedata
from collections.abc import Callable, Mapping

Relayout = Callable[[str], str]

_MENU = """Accueil
Produits
Tarifs
Ressources
English
Deutsch
Se connecter

"""
_FOOTER = """

© 2026. Tous droits réservés.
Mentions légales
Politique de confidentialité
Plan du site
Nous suivre
"""
_BANNER = """Nous utilisons des cookies pour mesurer l'audience de ce site. Vous pouvez accepter ou refuser.
Tout accepter
Tout refuser
Personnaliser

"""
_ENGLISH_MENU = """Home | Products | Pricing | Contact us | Français | Log in

"""
_SPELLED = (("48 heures", "quarante-huit (48) heures"), ("72 heures", "soixante-douze (72) heures"),
            ("24 heures", "vingt-quatre (24) heures"), ("36 heures", "trente-six (36) heures"),
            (" 30 jours", " trente (30) jours"), (" 15 jours", " quinze (15) jours"),
            (" 60 jours", " soixante (60) jours"),
            ("24 hours", "twenty-four (24) hours"), ("48 hours", "forty-eight (48) hours"),
            (" 30 days", " thirty (30) days"), (" 45 days", " forty-five (45) days"), (" 20 days", " twenty (20) days"),
            ("10 days", "ten (10) days"), ("14 days", "fourteen (14) days"))  # fmt: skip
_SHORTENED = ((" heures", " h"), ("vingt-quatre (24) heures", "24 heures"), ("trente (30) jours", "30 jours"),
              ("dix jours", "10 jours"), ("sixty (60) days", "60 days"), ("forty-five (45) days", "45 days"),
              ("ten (10) days", "10 days"), ("thirty-six (36) hours", "36 hours"), ("two weeks", "14 days"),
              ("three weeks", "21 days"), ("vingt et un jours", "21 jours"))  # fmt: skip


def reflowed(text: str) -> str:
    """Every paragraph cut into lines of sixty characters, as a mail does."""
    blocks = []
    for block in text.split("\n\n"):
        listed = any(line.lstrip().startswith(("-", "|", "#")) for line in block.split("\n"))
        blocks.append(block if listed else "\n".join(textwrap.wrap(block, 60, break_on_hyphens=False)))
    return "\n\n".join(blocks)


def typeset(text: str) -> str:
    """Typographic apostrophes, no-break spaces, longer dashes, an ellipsis."""
    text = text.replace("'", "’").replace(" – ", " — ").replace("...", "…")
    return re.sub(r" ([:;!?])", "\u00a0\\1", re.sub(r"(\d) (heures|jours|hours|days)", "\\1\u00a0\\2", text))


def other_bullets(text: str) -> str:
    """Dashes become round bullets."""
    return re.sub(r"(?m)^- ", "• ", text)


def numbered_items(text: str) -> str:
    """Items of lists are numbered."""
    rank = 0
    lines = []
    for line in text.split("\n"):
        rank = rank + 1 if line.startswith("- ") else 0
        lines.append(f"{rank}. {line[2:]}" if rank else line)
    return "\n".join(lines)


def renumbered(text: str) -> str:
    """A new first section moves every number on by one."""
    number = r"(?m)^(\**(?:#+ )?(?:Article )?)(\d{1,2})(?=\.| –)"
    return re.sub(number, lambda found: f"{found[1]}{int(found[2]) + 1}", text)


def unnumbered(text: str) -> str:
    """Sections lose their numbers."""
    return re.sub(r"(?m)^(#+ )\d{1,2}\. ", r"\1", text)


def louder_titles(text: str) -> str:
    """Titles in capitals."""
    return re.sub(r"(?m)^(#+ )(.+)$", lambda found: found[1] + found[2].upper(), text)


def deeper_titles(text: str) -> str:
    """Titles one level down."""
    return re.sub(r"(?m)^(#+) ", r"#\1 ", text)


def dated(text: str) -> str:
    """A date and a number of version above."""
    return f"Dernière mise à jour : 14 octobre 2026 – version 7.2\n\n{text}"


def navigated(text: str) -> str:
    """A menu above, a footer below."""
    return _MENU + text + _FOOTER


def english_menu(text: str) -> str:
    """A menu in another language."""
    return _ENGLISH_MENU + text


def bannered(text: str) -> str:
    """A cookie banner above."""
    return _BANNER + text


def reordered_items(text: str) -> str:
    """Entries of lists and rows of tables the other way round."""
    blocks = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        first = next((n for n, line in enumerate(lines) if re.match(r"\|[ -]*-", line)), None)
        if first is not None:
            lines = lines[: first + 1] + lines[first + 1 :][::-1]
        elif lines and all(line.startswith("- ") for line in lines):
            lines = lines[::-1]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def moved_section(text: str) -> str:
    """The last section comes before the one that was before it."""
    blocks = text.rstrip("\n").split("\n\n")
    starts = [n for n, block in enumerate(blocks) if n and re.match(r"#|\*\*|\d", block)]
    if len(starts) < 2:
        return text
    before, last = starts[-2], starts[-1]
    return "\n\n".join(blocks[:before] + blocks[last:] + blocks[before:last]) + "\n"


def spaced(text: str) -> str:
    """Spaces doubled, tabs, trailing spaces, empty lines."""
    return re.sub(r"(?m)$", "  ", text.replace(". ", ".  ").replace("\n\n", "\n\n\n"))


def decomposed(text: str) -> str:
    """Accents decomposed, as some systems write them."""
    return unicodedata.normalize("NFD", text)


def spelled(text: str) -> str:
    """Figures preceded by their words."""
    for before, after in _SPELLED:
        text = text.replace(before, after)
    return text


def shortened(text: str) -> str:
    """Words of numbers replaced by their figures."""
    for before, after in _SHORTENED:
        text = text.replace(before, after)
    return text


def quoted(text: str) -> str:
    """Straight quotes become guillemets, guillemets straight ones; bold is taken away."""
    return text.replace("« ", '"').replace(" »", '"').replace("**", "")


def as_page(text: str) -> str:
    """The same as a web page, with its head, its scripts, its menu and its footer."""
    body = []
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        rows = [line for line in lines if line.startswith("|") and not re.match(r"\|[ -]*-", line)]
        items = [line[2:] for line in lines if line.startswith("- ")]
        title = re.match(r"(#+) (.*)", lines[0])
        if rows:
            if title:
                body.append(f"<h2>{html.escape(title[2])}</h2>")
            cells = [[html.escape(cell.strip()) for cell in row.strip("|").split("|")] for row in rows]
            body.append("<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in cells)
                        + "</table>")  # fmt: skip
        elif items:
            lead = [line for line in lines if line and not line.startswith("- ")]
            body += [f"<p>{html.escape(line)}</p>" for line in lead]
            body.append("<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in items) + "</ul>")
        elif title:
            body.append(f"<h{len(title[1])}>{html.escape(title[2])}</h{len(title[1])}>")
        else:
            said = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html.escape(" ".join(lines), quote=False))
            body.append(f"<p>{said}</p>")
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Page</title><style>p{margin:0}</style>'
        '<script>window.dataLayer=[];</script></head><body><nav><ul><li><a href="/">Accueil</a></li>'
        '<li><a href="/en">English</a></li></ul></nav><div class="cookies">Ce site utilise des cookies.</div><main>'
        + "".join(body)
        + "</main><footer><p>© 2026</p></footer></body></html>"
    )


RELAYOUTS: Mapping[str, Relayout] = {
    made.__name__: made
    for made in (
        reflowed, typeset, other_bullets, numbered_items, renumbered, unnumbered, louder_titles, deeper_titles, dated,
        navigated, english_menu, bannered, reordered_items, moved_section, spaced, decomposed, spelled, shortened,
        quoted, as_page,
    )
}  # fmt: skip


def cosmetic_pairs(pages: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name, page and page laid out anew, where that makes another text."""
    return [
        (f"{page} / {name}", text, made)
        for page, text in pages.items()
        for name, relayout in RELAYOUTS.items()
        if (made := relayout(text)) != text
    ]
