"""The data protection officer as one line of the register, and as the row that a questionnaire asks for."""

from collections.abc import Mapping

from portal.core.expressions import expression

LONGEST = 200
"""Characters of that line."""
_ADDRESS = expression(r"[^\s,;:<>()]{1,64}@[^\s,;:<>()]{1,253}")
_TELEPHONE = expression(r"[+(]?\d[\d\s().-]{5,30}")
_EDGES = " ,;:<>()–—-\n\t"


def officer_row(text: str) -> dict[str, str]:
    """The name, address and telephone that a line holds; nothing unless it names somebody and an address.

    >>> officer_row("Claire Martin, dpo@hote.example, +33 4 00 00 00 00")
    {'nom': 'Claire Martin', 'email': 'dpo@hote.example', 'telephone': '+33 4 00 00 00 00'}
    >>> officer_row("dpo@hote.example (Claire Martin)"), officer_row("dpo@hote.example")
    ({'nom': 'Claire Martin', 'email': 'dpo@hote.example'}, {})
    """
    address = _ADDRESS.search(text)
    if address is None:
        return {}
    before, after = text[: address.start()].strip(_EDGES), text[address.end() :].strip(_EDGES)
    telephone = _TELEPHONE.search(after)
    if telephone is not None:
        after = after[: telephone.start()].strip(_EDGES)
    row = {"nom": before or after, "email": address.group(), "telephone": telephone.group() if telephone else ""}
    return {key: cell.strip() for key, cell in row.items() if cell} if row["nom"] else {}


def officer_text(row: Mapping[str, str]) -> str:
    """The line that says a row; nothing when it would not hold: an address is never cut.

    >>> officer_text({"nom": "Claire Martin", "email": "dpo@hote.example"})
    'Claire Martin, dpo@hote.example'
    """
    cells = [" ".join(row.get(key, "").split()) for key in ("nom", "email", "telephone")]
    for said in (cells, cells[:2]):
        text = ", ".join(filter(None, said))
        if len(text) <= LONGEST:
            return text
    return ""
