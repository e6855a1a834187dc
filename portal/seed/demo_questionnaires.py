"""A questionnaire written in the portal: published once, being changed since."""

from typing import Any

from portal.authz.context import Context
from portal.questionnaires import queries, services
from portal.questionnaires.services import OwnHead, OwnTexts
from portal.questionnaires.toml_reading import read_toml

HEAD = OwnHead(
    "Accès des prestataires à nos outils", "Vendors' access to our tools",
    "Pour ceux qui se connectent à nos outils : qui a un compte, et ce qu'il devient.",
    "For those who sign in to our tools: who has an account, and what becomes of it.",
)  # fmt: skip
PART = OwnTexts("Vos comptes chez nous", "Your accounts with us", "", "")
NAMED: dict[str, Any] = {
    "kind": "yes_no", "weight": 4, "critical": True, "articles": ["32(1)(b)"],
    "text": {"fr": "Chaque personne a-t-elle son propre compte ?", "en": "Does each person have their own account?"},
    "help": {"fr": "Un compte partagé ne suffit pas.", "en": "A shared account is not enough."},
    "why": {"fr": "Avec un compte partagé, personne ne sait qui a fait quoi.",
            "en": "With a shared account, nobody knows who did what."},
    "reviewer_note": {"fr": "Comparer à la liste de nos comptes.", "en": "Compare with the list of our accounts."},
}  # fmt: skip
LEAVERS: dict[str, Any] = {
    "kind": "single", "weight": 3, "articles": ["32(1)(b)", "32(4)"],
    "text": {"fr": "Sous combien de jours fermez-vous le compte d'une personne partie ?",
             "en": "Within how many days do you close the account of somebody who has left?"},
    "why": {"fr": "Un compte oublié reste une porte ouverte.", "en": "A forgotten account is an open door."},
    "choices": [
        {"value": "jour", "mark": 1, "label": {"fr": "Le jour même", "en": "The same day"}},
        {"value": "semaine", "mark": 0.5, "label": {"fr": "Dans la semaine", "en": "Within a week"}},
        {"value": "plus", "mark": 0, "justify": True, "label": {"fr": "Plus tard", "en": "Later"}},
    ],
}  # fmt: skip
REVIEW: dict[str, Any] = {
    "kind": "date", "text": {"fr": "Quand avez-vous revu la liste de ces comptes ?"},
    "why": {"fr": "Une liste que personne ne relit ne prouve rien."},
}  # fmt: skip


def write_own_questionnaire(then: Context, now: Context) -> None:
    """Publish it, then change a question and begin another, which has no English yet."""
    own = services.create_own(then, HEAD)
    part = services.add_section(then, own, PART)
    first = services.add_question(then, own, part, NAMED)
    condition = {"question": first.key, "in": ["oui", "partiel"]}
    services.add_question(then, own, part, {**LEAVERS, "visible_if": condition})
    services.publish_own(then, own)
    row = queries.own_text(now.session, own).entries[0]
    better = {"fr": "Un compte partagé, même à deux, ne suffit pas.", "en": NAMED["help"]["en"]}
    services.edit_question(now, own, row, {**read_toml(row.toml.encode()), "help": better, "weight": 5})
    services.add_question(now, own, part, REVIEW)
