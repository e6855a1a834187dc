"""The list of passwords refused and accepted; why each is refused is said to who chose it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.identity import password_strength, rules
from portal.identity.password_strength import common_words, problem_of

OWN = ("Jeanne Roy", "jeanne.roy@exemple.test", "Maison Verdelet")

REFUSED = (
    "Printemps2026",
    "printemps-2026!",
    "Pr1nt3mps2026",
    "Été2026Été2026",
    "Automne_2026!",
    "Janvier2026!!",
    "novembre28112026",
    "Décembre-2025",
    "Motdepasse2026!",
    "M0t-de-p@sse-2026",
    "MonMotDePasse1",
    "motdepasse123",
    "azertyuiop123456",
    "Azerty123456!",
    "qsdfghjklmwxcvbn",
    "1aqw2zsx3edc",
    "aqwzsxedcrfv",
    "Bonjour2026!!",
    "bonjourbonjour",
    "Bonjour-Marseille",
    "Marseille13000",
    "Toulouse31000!",
    "Paris75008Paris",
    "StrasbourgAlsace",
    "Nathalie1978!",
    "Jean-Pierre1965",
    "MarieClaire2026",
    "Nicolas&Sophie",
    "JeTaime2026!!",
    "jetaimemonamour",
    "doudouchouchou",
    "Soleil2026!!!",
    "vivelafrance2026",
    "Liberte1789!!",
    "allezlesbleus98",
    "123456789012",
    "aaaaaaaaaaab",
    "abcdefghijkl",
    "qwertyuiop12",
    "Password2026!",
    "iloveyou2026!",
    "01/02/1978-01",
    "00000000000000",
    "Bienvenue@2026",
    "Admin2026admin!",
    "Vigie2026vigie!",
    "portailrgpd2026",
    "secretsecret12",
    "changezmoi2026",
    "Chocolat-2026",
    "princesse75000",
    "lundi mardi mercredi",
    "passepartout12",
    "azertyAZERTY12",
)
ACCEPTED = (
    "une phrase de marée",
    "Jeanne aime les vieux phares",
    "q7!Zp0-lkT2@vB",
    "correct horse battery",
    "une autre phrase salée",
    "une autre phrase de marée",
    "trois hérissons bleus dansent",
    "girafe-tambour-névé-cactus",
    "le facteur boit du thé vert à midi",
    "vélo sans selle, route sans fin",
    "Kp7vQ2mXw9Zr",
    "xk4m-tq9z-wb7n",
    "mes lunettes ont fondu mardi",
    "un piano mouillé sous la véranda",
    "quarante-deux cormorans grincheux",
    "la ratatouille de ma voisine brûle",
    "noisette brouette clarinette",
    "tramway kiosque pamplemousse",
    "J'ai perdu 3 clés à Vierzon",
    "le brouillard avale le sémaphore",
    "zigzag-mandarine-fjord",
    "hT5$kkQ9!pLx2",
    "ampoule grillée, chat ravi",
    "ma grand-mère pilote un sous-marin",
    "l'escargot relit Proust en maillot",
    "bocal turbine colibri",
    "un vieux tracteur turquoise",
    "chemise cigogne parapluie",
    "Nous partîmes trois et demi",
    "plume d'autruche carbonisée",
    "fjx-pkw-zrt-qhv",
    "rVx9pQ7mLd3w",
    "9f2c7b1e4a8d",
    "escabeau rhubarbe trombone",
    "les chaussettes migrent vers le sud",
    "mouette à moteur diesel",
    "gravier sonate perchoir",
    "tisane de boulons rouillés",
    "lampadaire myope et jaloux",
    "saxophone en pâte d'amande",
    "hibou barbu bilingue",
    "confiture de nuages bas",
    "le parquet grince en ré mineur",
    "nénuphar cosmique 88",
    "vingt paons à l'hôtel",
    "omelette au plutonium doux",
    "wagon citerne vers Saturne",
    "yaourt volcan archiduc",
    "brouette et quiproquo",
    "pierre ponce et pamphlet",
)


def test_fifty_passwords_of_each_side_are_listed():
    assert len(set(REFUSED)) >= 50
    assert len(set(ACCEPTED)) >= 50


@pytest.mark.parametrize("password", REFUSED)
def test_a_password_that_is_soon_guessed_is_refused(password):
    assert problem_of(password, own=OWN) is not None


@pytest.mark.parametrize("password", ACCEPTED)
def test_a_sentence_or_a_random_password_is_accepted(password):
    assert problem_of(password, own=OWN) is None


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("onze lettre", "12 caractères"),
        ("x" * 150 + "y" * 51, "200 caractères"),
        ("abababababababab", "mêmes caractères"),
        ("vase2vase2vase2", "mêmes mots"),
        ("Motdepasse2026!", "parmi les premiers"),
        ("azertyuiop123456", "touches du clavier"),
        ("qsdfghjklmwxcvbn", "touches du clavier"),
        ("Printemps2026", "une saison"),
        ("Nathalie1978!", "un prénom"),
        ("Marseille13000", "une ville"),
        ("11/11/1918-11", "une année"),
        ("JeanneRoy2026", "votre nom"),
        ("roy.jeanne.exemple", "votre nom"),
        ("Verdelet-2026!", "votre nom"),
        ("maison-verdelet", "l’organisation"),
    ],
)  # fmt: skip
def test_the_refusal_says_why_and_what_would_be_better(password, word):
    problem = problem_of(password, own=OWN)
    assert problem is not None
    assert word in str(problem)
    assert "phrase" in str(problem) or "choisissez" in str(problem) or "dépasse" in str(problem)


@given(
    word=st.sampled_from(["printemps", "été 2025 été", "décembre", "marseille", "nathalie", "motdepasse", "bonjour"]),
    year=st.integers(1950, 2035).map(str),
    between=st.sampled_from(["", "-", "_", " ", "."]),
    after=st.sampled_from(["", "!", "!!", "?", "*", "."]),
    upper=st.sampled_from([str.lower, str.upper, str.capitalize, str.title]),
)
@example(word="printemps", year="2026", between="", after="", upper=str.capitalize)
@example(word="été 2025 été", year="1950", between="", after="", upper=str.lower)
def test_no_dress_of_a_word_and_a_year_makes_a_password(word, year, between, after, upper):
    password = upper(word) + between + year + after
    assert problem_of(password) is not None
    assert problem_of(password.translate(str.maketrans("aeio", "@310"))) is not None


def test_accents_and_signs_for_letters_hide_no_word():
    for password in ("Été2026Été2026", "Pr1nt3mps2026", "M0t-de-p@sse-2026", "MÓTDÉPÀSSÉ2026"):
        assert problem_of(password) is not None


def test_the_words_of_a_person_weigh_on_them_alone():
    password = "Quetzal-Ocarina-7"
    assert problem_of(password) is None
    assert problem_of(password, own=["Quetzal Ocarina"]) is not None
    assert problem_of(password) is None


@given(st.text(min_size=0, max_size=11))
def test_no_password_below_the_minimum_is_ever_accepted(password):
    if len(rules.normal_password(password)) < rules.PASSWORD_MINIMUM:
        assert problem_of(password) is not None


def test_the_longest_password_allowed_is_allowed_and_one_more_character_is_not():
    longest = ("correct horse battery " * 100)[: rules.PASSWORD_MAXIMUM]
    assert problem_of(longest.strip().ljust(rules.PASSWORD_MAXIMUM, "z")) is None
    assert problem_of(longest.strip().ljust(rules.PASSWORD_MAXIMUM + 1, "z")) is not None


@given(st.text("48({[<3691!|17$50+7%2@anlﷺé", min_size=12, max_size=200))
@example("48({[<3691!|17$50+7%2@" * 8)
@example("ﷺ" * 60 + "abcdefgh")
def test_what_zxcvbn_is_given_is_bounded_whatever_is_typed(password):
    """Its time doubles with each kind of sign that it may read as a letter, and grows as the cube of the length."""
    for text in password_strength._readings(rules.normal_password(password)):
        assert 0 < len(text) <= password_strength.JUDGED_CHARACTERS
        signs = {sign for sign in text if ord(sign) in password_strength._LEET}
        assert len(signs) <= password_strength.LEET_KINDS or all(sign.isdigit() for sign in signs)


@pytest.mark.parametrize("password", ["123456789012", "30/11/1978!!", "1@3$5!7(9{0", "01 23 45 67 89 10"])
def test_many_kinds_of_signs_do_not_hide_a_run(password):
    assert problem_of(password) is not None


def test_words_are_listed_once_without_accents_in_lower_case():
    for word in common_words():
        assert word == password_strength.folded(word).casefold()
        assert word.isalnum()
