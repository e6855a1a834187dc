"""Names between braces in a text that people write, replaced by values: no language, nothing to run."""

import re
from collections.abc import Mapping

from portal.core.expressions import expression

PLACE = expression(r"\{([^{}\n]{0,40})\}")


def filled(text: str, values: Mapping[str, object], notice: str = "") -> str:
    """A text with its places filled, once: a value that holds braces is left as it is.

    A place without a value is left out with the line it was alone on. `notice` becomes the second paragraph, below the
    first line.

    >>> filled("Pour {nom}\\n\\nUn.\\n\\n{rien}\\n\\nDeux.", {"nom": "{lien}"})
    'Pour {lien}\\nUn.\\n\\nDeux.'
    """
    first, _, rest = text.strip().partition("\n")
    said = [PLACE.sub(lambda place: str(values.get(place[1], "")).strip(), part) for part in (first, rest)]
    below = "\n\n".join(filter(None, (notice.strip(), said[1].strip())))
    whole = "\n".join(re.sub(r"[ \t]{2,}", " ", line).strip() for line in f"{said[0]}\n{below}".split("\n"))
    return re.sub(r"\n{3,}", "\n\n", whole)
