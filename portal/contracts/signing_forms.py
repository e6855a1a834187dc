"""Forms of a signature in the portal: who signs, signing, refusing, taking back."""

from collections.abc import Iterable, Sequence
from typing import Any, Self

from wtforms import BooleanField, FieldList, Form, FormField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional

from portal.contracts.forms import LANGUAGES, Needed
from portal.contracts.rules.signing_order import (
    LONGEST_CAPACITY,
    MOST_SIGNATORIES,
    SignatoryEntry,
    SigningSide,
)
from portal.contracts.services import LONGEST_MESSAGE, LONGEST_WHY
from portal.core.language import Language
from portal.identity.rules import PERSON_NAME_LENGTH
from portal.web.edit_form import EditForm
from portal.web.forms import LongTextField, PortalForm, SelectField, TextField, WholeNumberField
from portal.web.text import lazy

FEWEST = 2
"""Signatories of a contract: one of each party."""


class _Person:
    """Who signs."""

    name = TextField(lazy("Nom"), [Needed(), Length(max=PERSON_NAME_LENGTH)], render_kw={"autocomplete": "off"})
    capacity = TextField(lazy("Qualité"), [Needed(), Length(max=LONGEST_CAPACITY)], render_kw={"autocomplete": "off"})
    email = TextField(
        lazy("Adresse e-mail"), [Needed(), Length(max=254)],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )  # fmt: skip
    language = SelectField(lazy("Langue"), choices=LANGUAGES)


class SignatoryRow(_Person, Form):  # type: ignore[misc] # WTForms is not typed
    """One signatory of a contract about to be signed."""

    side = SelectField(
        lazy("Signe pour"), choices=[SelectChoice(side.value, lazy(side.label)) for side in SigningSide]
    )  # fmt: skip
    rank = WholeNumberField(
        lazy("Signe en position"),
        [Needed(), Optional(), NumberRange(1, MOST_SIGNATORIES, lazy("Un nombre, de 1 à 8."))],
        render_kw={"inputmode": "numeric"},
    )  # fmt: skip


class SignatoriesForm(PortalForm):
    """Those who sign, in their order."""

    people = FieldList(FormField(SignatoryRow), lazy("Signataires"), min_entries=FEWEST, max_entries=MOST_SIGNATORIES)

    @classmethod
    def proposing(cls, entries: Sequence[SignatoryEntry]) -> Self:
        """The form with those whom the portal already knows."""
        rows = [
            {"side": one.side.value, "name": one.name, "capacity": one.capacity, "email": one.email,
             "language": one.language.value, "rank": one.rank}
            for one in entries
        ]  # fmt: skip
        return cls(formdata=None, data={"people": rows})

    def entries(self) -> tuple[SignatoryEntry, ...]:
        """The signatories as typed; a row left empty is nobody."""
        return tuple(self._typed())

    def _typed(self) -> Iterable[SignatoryEntry]:
        for place, row in enumerate(self.people.data, start=1):
            entry = SignatoryEntry(
                SigningSide(row["side"]), row["name"] or "", row["capacity"] or "", row["email"] or "",
                Language(row["language"]), row["rank"] or place,
            )  # fmt: skip
            if not entry.is_blank:
                yield entry

    def add_row(self) -> None:
        """Make room for one more signatory."""
        if len(self.people) < MOST_SIGNATORIES:
            self.people.append_entry({"rank": len(self.people) + 1, "side": SigningSide.VENDOR.value})

    def drop_row(self, number: int) -> None:
        """Take a row away; two are left in any case."""
        rows: list[dict[str, Any]] = list(self.people.data)
        if len(rows) <= FEWEST or not 0 <= number < len(rows):
            return
        rows.pop(number)
        while len(self.people):
            self.people.pop_entry()
        for row in rows:
            self.people.append_entry(row)


class SignatoryForm(_Person, EditForm):
    """Somebody else to sign, or the same one corrected."""

    def entry(self, side: SigningSide) -> SignatoryEntry:
        """The signatory as typed."""
        return SignatoryEntry(side, self.name.data or "", self.capacity.data or "", self.email.data or "",
                              Language(self.language.data))  # fmt: skip


class SignForm(PortalForm):
    """The code received, one's own name, one's agreement."""

    code = TextField(
        lazy("Code à six chiffres"), [Needed(), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )  # fmt: skip
    name = TextField(
        lazy("Votre nom, en toutes lettres"), [Needed(), Length(max=200)], render_kw={"autocomplete": "name"}
    )
    consent = BooleanField(lazy("J'ai lu ce contrat et je le signe"))


class RefusalForm(PortalForm):
    """Why one does not sign."""

    why = LongTextField(lazy("Ce qui ne convient pas"), [Needed(), Length(max=LONGEST_WHY)], render_kw={"rows": 3})


class WithdrawSigningForm(PortalForm):
    """Why a signature is taken back."""

    why = LongTextField(
        lazy("Pourquoi retirer cette signature"), [Needed(), Length(max=LONGEST_WHY)], render_kw={"rows": 2}
    )


class ContractMessageForm(PortalForm):
    """A question on a contract, or its answer."""

    text = LongTextField(lazy("Votre message"), [Needed(), Length(max=LONGEST_MESSAGE)], render_kw={"rows": 4})
