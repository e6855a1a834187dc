"""The refusals of this domain that say more than a sentence."""

from collections.abc import Mapping

from portal.core.errors import Refused
from portal.core.language import N_, Sentence
from portal.vendors.queries import SimilarityWarning


class InvalidSheet(Refused):
    """Some fields cannot be right; `fields` says which and why."""

    def __init__(self, fields: Mapping[str, Sentence]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = fields


class PossibleDuplicate(Refused):
    """The register already holds vendors that are, or may be, the one being entered."""

    def __init__(self, likenesses: tuple[SimilarityWarning, ...]) -> None:
        super().__init__(N_("Ce sous-traitant est peut-être déjà dans le registre."))
        self.likenesses = likenesses
