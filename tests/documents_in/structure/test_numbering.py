"""Marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents_in.structure.numbering import NumberForm, mark_from_label, parse_mark


@pytest.mark.parametrize(
    ("line", "form", "number", "rest"),
    [
        ("4.2 Le client", NumberForm.DECIMAL, "4.2", "Le client"),
        ("4.2. le client", NumberForm.DECIMAL, "4.2", "le client"),
        ("1 – Objet", NumberForm.DECIMAL, "1", "Objet"),
        ("A.1. Terms", NumberForm.DECIMAL, "A.1", "Terms"),
        ("B.3.c. except", NumberForm.DECIMAL, "B.3.c", "except"),
        ("2.2The terms", NumberForm.DECIMAL, "2.2", "The terms"),
        ("(a) traiter", NumberForm.LETTER, "a", "traiter"),
        ("iii) traiter", NumberForm.LETTER, "iii", "traiter"),
        ("b. traiter", NumberForm.LETTER, "b", "traiter"),
        ("2) traiter", NumberForm.LETTER, "2", "traiter"),
        ("1° informer", NumberForm.ORDINAL, "1", "informer"),
        ("Art. 12 : Audit", NumberForm.ARTICLE, "12", "Audit"),
        ("Article premier – Objet", NumberForm.ARTICLE, "1", "Objet"),
        ("Article IV. Objet", NumberForm.ARTICLE, "IV", "Objet"),
        ("II – Sécurité", NumberForm.CAPITAL, "II", "Sécurité"),
        ("• traiter", NumberForm.BULLET, "", "traiter"),
        ("– traiter", NumberForm.BULLET, "", "traiter"),
        ("* traiter", NumberForm.BULLET, "", "traiter"),
        ("✅ Chiffrement", NumberForm.BULLET, "", "Chiffrement"),
        ("❌ Vente à des tiers", NumberForm.BULLET, "", "❌ Vente à des tiers"),
        ("§ 3 Dauer", NumberForm.DECIMAL, "3", "Dauer"),
    ],
)
def test_what_opens_a_paragraph_is_parted_from_it(line, form, number, rest):
    found = parse_mark(line)
    assert found is not None
    assert (found.form, found.number, found.rest) == (form, number, rest)


@pytest.mark.parametrize(
    "line",
    [
        "L. 221-21 et D. 221-5 du code de la consommation :",
        "R.\u00a04127-4 du code de la santé publique",
        *(
            "",
            "Le client",
            "À la fin du contrat",
            "a posteriori",
            "2016/679",
            "12 mois après la fin",
            "3 rue du Phare, Lyon",
        ),
        *(
            "Article 28 du RGPD",
            "Article 28(3) GDPR requires",
            "Section 5 shall survive",
            "750 000 euros",
            "-5 %",
            "e-mail",
        ),
        *("L’accord", "I agree", "2.5 millions d'euros", "Article 28 of the GDPR", "clause 9(a) : option 2"),
    ],
)
def test_a_number_inside_a_sentence_is_no_mark(line):
    assert parse_mark(line) is None


@pytest.mark.parametrize(
    ("label", "form", "number"),
    [
        *(
            ("1.1", NumberForm.DECIMAL, "1.1"),
            ("(a)", NumberForm.LETTER, "a"),
            ("Article\u00a05.", NumberForm.ARTICLE, "5"),
            ("•", NumberForm.BULLET, ""),
        ),
        *(
            ("\uf0b7", NumberForm.BULLET, ""),
            ("o", NumberForm.BULLET, ""),
            ("IV.", NumberForm.CAPITAL, "IV"),
            ("2°", NumberForm.ORDINAL, "2"),
        ),
    ],
)
def test_what_a_format_prints_before_a_text_is_its_mark(label, form, number):
    found = mark_from_label(label, "Le texte")
    assert (found.form, found.number, found.rest) == (form, number, "Le texte")


@given(st.text(max_size=80))
def test_what_follows_a_mark_ends_the_line(line):
    found = parse_mark(line)
    assert found is None or line.endswith(found.rest)
