"""Marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.paper.reading.numbering import Form, labelled, mark


@pytest.mark.parametrize(
    ("line", "form", "number", "rest"),
    [
        ("4.2 Le client", Form.DECIMAL, "4.2", "Le client"),
        ("4.2. le client", Form.DECIMAL, "4.2", "le client"),
        ("1 – Objet", Form.DECIMAL, "1", "Objet"),
        ("A.1. Terms", Form.DECIMAL, "A.1", "Terms"),
        ("B.3.c. except", Form.DECIMAL, "B.3.c", "except"),
        ("2.2The terms", Form.DECIMAL, "2.2", "The terms"),
        ("(a) traiter", Form.LETTER, "a", "traiter"),
        ("iii) traiter", Form.LETTER, "iii", "traiter"),
        ("b. traiter", Form.LETTER, "b", "traiter"),
        ("2) traiter", Form.LETTER, "2", "traiter"),
        ("1° informer", Form.ORDINAL, "1", "informer"),
        ("Art. 12 : Audit", Form.ARTICLE, "12", "Audit"),
        ("Article premier – Objet", Form.ARTICLE, "1", "Objet"),
        ("Article IV. Objet", Form.ARTICLE, "IV", "Objet"),
        ("II – Sécurité", Form.CAPITAL, "II", "Sécurité"),
        ("• traiter", Form.BULLET, "", "traiter"),
        ("– traiter", Form.BULLET, "", "traiter"),
        ("* traiter", Form.BULLET, "", "traiter"),
        ("✅ Chiffrement", Form.BULLET, "", "Chiffrement"),
        ("❌ Vente à des tiers", Form.BULLET, "", "❌ Vente à des tiers"),
        ("§ 3 Dauer", Form.DECIMAL, "3", "Dauer"),
    ],
)
def test_what_opens_a_paragraph_is_parted_from_it(line, form, number, rest):
    found = mark(line)
    assert found is not None
    assert (found.form, found.number, found.rest) == (form, number, rest)


@pytest.mark.parametrize(
    "line",
    [
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
    assert mark(line) is None


@pytest.mark.parametrize(
    ("label", "form", "number"),
    [
        *(
            ("1.1", Form.DECIMAL, "1.1"),
            ("(a)", Form.LETTER, "a"),
            ("Article\u00a05.", Form.ARTICLE, "5"),
            ("•", Form.BULLET, ""),
        ),
        *(("\uf0b7", Form.BULLET, ""), ("o", Form.BULLET, ""), ("IV.", Form.CAPITAL, "IV"), ("2°", Form.ORDINAL, "2")),
    ],
)
def test_what_a_format_prints_before_a_text_is_its_mark(label, form, number):
    found = labelled(label, "Le texte")
    assert (found.form, found.number, found.rest) == (form, number, "Le texte")


@given(st.text(max_size=80))
def test_what_follows_a_mark_ends_the_line(line):
    found = mark(line)
    assert found is None or line.endswith(found.rest)
