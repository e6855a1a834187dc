import ssl
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.core import mail
from portal.core.mail import Letter, MailFolder, SmtpServer, compose
from tests.conftest import NOW
from tests.databases import free_port
from tests.factories.post import Post, Sink, _AnyPort

LETTER = Letter("Votre dossier", "Bonjour,\n\nL’avis est prêt.\n")


def message(letter=LETTER, **changes):
    facts = {
        "sender": "vigie@exemple.test", "recipient": "ana@exemple.test", "message_id": "abc@exemple.test", "at": NOW,
        "name": "Ville de Nantes",
    }  # fmt: skip
    return compose(letter, **{**facts, **changes})


def read(folder):
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]


def test_the_same_message_is_composed_byte_for_byte_the_same():
    assert message().as_bytes() == message().as_bytes()
    found = message_from_bytes(message().as_bytes(), policy=default)
    assert found["Message-ID"] == "<abc@exemple.test>"
    assert found["Date"].datetime == NOW
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_content().replace("\r\n", "\n") == LETTER.body


def test_it_is_from_a_person_in_the_name_of_the_organisation_and_stands_in_its_thread():
    context = mail.MailContext("Claire Martin, DPO", "claire@exemple.test", "root@exemple.test", "points.exemple.test")
    found = message_from_bytes(message(context=context).as_bytes(), policy=default)
    sender = found["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (
        "Claire Martin, DPO — Ville de Nantes", "vigie@exemple.test",
    )  # fmt: skip
    assert found["Reply-To"] == "claire@exemple.test"
    assert found["In-Reply-To"] == found["References"] == "<root@exemple.test>"
    assert found["List-Id"] == "<points.exemple.test>"
    plain = message_from_bytes(message().as_bytes(), policy=default)
    assert {plain[name] for name in ("Reply-To", "In-Reply-To", "References", "List-Id")} == {None}


@pytest.mark.parametrize("reply_to", ["a@b.fr, c@d.fr", "a@b.fr\nBcc: c@d.fr"])
def test_the_address_to_answer_to_is_one_address_or_an_error(reply_to):
    with pytest.raises((ValueError, IndexError)):
        message(context=mail.MailContext(reply_to=reply_to))


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\u2028", "\x0b"])
def test_a_line_break_in_a_name_or_a_subject_adds_no_header(break_):
    letter = Letter(f"Sujet{break_}Bcc: x@exemple.test", "corps\n")
    found = message_from_bytes(message(letter, name=f"Ville{break_}Bcc: x@exemple.test").as_bytes(), policy=default)
    assert found["Bcc"] is None
    assert found["From"].addresses[0].addr_spec == "vigie@exemple.test"
    assert found["Subject"] == "Sujet Bcc: x@exemple.test"


@pytest.mark.parametrize(
    "recipient",
    ["a@b.fr, c@d.fr", "a@b.fr\nBcc: c@d.fr", "a@b.fr\r\n\r\ncorps", "Ana <a@b.fr>", "", "a@b.fr c@d.fr"],
)
def test_a_recipient_is_one_address_or_an_error(recipient):
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the library's
        message(recipient=recipient)


def test_accents_survive_the_journey():
    found = message_from_bytes(
        message(Letter("Élément reçu", "ça\n"), name="Évry, « ville »").as_bytes(), policy=default
    )
    assert (found["Subject"], found["From"].addresses[0].display_name) == ("Élément reçu", "Évry, « ville »")


def test_the_same_message_leaves_one_file_and_no_draft(tmp_path):
    folder = MailFolder(tmp_path / "mail")
    for _ in range(3):
        folder.send(message())
    folder.send(message(message_id="def@exemple.test"))
    assert sorted(p.name for p in (tmp_path / "mail").iterdir()) == ["abc.eml", "def.eml"]
    assert [m["To"] for m in read(tmp_path / "mail")] == ["ana@exemple.test"] * 2


@pytest.fixture
def templates(tmp_path, monkeypatch):
    emails = tmp_path / "thing" / "templates" / "emails"
    emails.mkdir(parents=True)
    (emails / "hello.fr.txt").write_text(
        "L'avis de {{ who }} : \nVoici l'adresse : {{ link }}\n{{ link }}l'un\nAvant le {{ due|day }} !\n"
    )
    (emails / "hello.en.txt").write_text("About {{ who }}\nBefore {{ due|day }}: {{ link }}\n")
    monkeypatch.setattr(mail, "PACKAGE", tmp_path)
    mail._environment.cache_clear()
    yield
    mail._environment.cache_clear()


VALUES = {"who": "d'Ivry <b>", "link": "https://exemple.test/l'avis#k", "due": "2027-02-01"}


def test_a_letter_is_plain_text_with_its_subject_first_and_addresses_untouched(templates):
    letter = mail.render("thing/emails/hello", mail.Language.FR, VALUES)
    assert letter.subject == "L’avis de d’Ivry <b> :"
    assert "https://exemple.test/l'avis#k" in letter.body
    assert "lundi 1er février 2027" in letter.body
    english = mail.render("thing/emails/hello", mail.Language.EN, VALUES)
    assert english == Letter("About d’Ivry <b>", "Before Monday 1 February 2027: https://exemple.test/l'avis#k\n")


def test_a_value_that_is_missing_is_an_error_and_not_a_blank(templates):
    with pytest.raises(mail.StrictUndefined("x")._undefined_exception):
        mail.render("thing/emails/hello", mail.Language.FR, {"who": "x"})


def test_a_day_may_be_given_as_a_date():
    assert mail.day_in_letters(date(2027, 2, 2), mail.Language.FR) == "mardi 2 février 2027"


def test_many_messages_share_one_connection():
    with Post() as sink:
        server = SmtpServer(sink.url)
        for n in range(5):
            server.send(message(message_id=f"{n}@exemple.test"))
        server.hang_up()
    assert len(sink.letters) == 5
    assert sink.greetings == 1


@pytest.mark.parametrize(
    ("step", "answer", "trouble"),
    [
        ("MAIL", "451 try later", mail.ServerTrouble),
        ("MAIL", "550 we do not know you", mail.ServerTrouble),
        ("RCPT", "550 5.1.1 no such user", mail.AddressRefusal),
        ("RCPT", "554 5.7.1 relay access denied", mail.MessageDelay),
        ("RCPT", "530 5.7.0 authentication required", mail.MessageDelay),
        ("RCPT", "452 4.2.2 mailbox full", mail.MessageDelay),
        ("RCPT", "421 closing", mail.ServerTrouble),
        ("DATA", "552 5.3.4 too big", mail.AddressRefusal),
        ("DATA", "451 4.3.0 try later", mail.MessageDelay),
        ("DATA", "421 closing", mail.ServerTrouble),
        ("DATA", "", mail.NoReply),
    ],
)
def test_a_no_is_about_an_address_a_message_or_the_server(step, answer, trouble):
    with Post() as sink:
        sink.says[step] = answer
        server = SmtpServer(sink.url)
        with pytest.raises(mail.MailTrouble) as told:
            server.send(message())
        assert type(told.value) is trouble
        assert told.value.reason == answer or not answer
        sink.says.clear()
        sink.letters.clear()
        server.send(message())
        server.hang_up()
        assert len(sink.letters) == 1
        assert sink.greetings == (1 if trouble in (mail.AddressRefusal, mail.MessageDelay) else 2)


def test_a_server_that_is_not_there_is_in_trouble():
    with pytest.raises(mail.ServerTrouble, match="ConnectionRefusedError"):
        SmtpServer(f"smtp://127.0.0.1:{free_port()}").send(message())


def test_a_line_that_begins_with_a_dot_is_whole_and_ends_nothing():
    with Post() as sink:
        server = SmtpServer(sink.url)
        server.send(message(Letter("S", "Un\n.\n.Deux\n")))
        server.hang_up()
    assert sink.letters[0].get_content().splitlines() == ["Un", ".", ".Deux"]


def test_bounces_go_where_they_are_told_to():
    with Post() as sink:
        server = SmtpServer(sink.url)
        server.send(message(), return_path="bounces+1@exemple.test")
        server.send(message())
        server.hang_up()
    assert sink.return_paths == ["bounces+1@exemple.test", "vigie@exemple.test"]
    assert sink.letters[0]["From"].addresses[0].addr_spec == "vigie@exemple.test"


def test_the_words_of_a_server_are_bounded_and_on_one_line():
    assert mail.on_one_line(b"550-no\r\n550 \x1b[2Jway\x00 " + b"x" * 5000) == ("550-no 550 [2Jway " + "x" * 5000)[:300]


def certificate(folder):
    """A self-signed certificate of 127.0.0.1 and its key, in one file each."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post")])
    start = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=3))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, secret


@pytest.fixture
def strict(tmp_path):
    """A server that wants STARTTLS, then a name and a password."""
    cert, secret = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, secret)
    sink = Sink()

    def check(_server, _session, _envelope, _mechanism, data):
        known = (data.login, data.password) == (b"vigie", b"p@ss:w/rd")
        return AuthResult(success=known, handled=known)

    controller = _AnyPort(
        sink, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=True, auth_required=True,
        authenticator=check,
    )  # fmt: skip
    controller.start()
    yield sink, controller.port, cert
    controller.stop()


def test_messages_go_through_starttls_and_a_password_with_any_character(strict, monkeypatch):
    sink, port, cert = strict
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    server = SmtpServer(f"smtp://vigie:p%40ss%3Aw%2Frd@127.0.0.1:{port}?starttls=1")
    server.send(message())
    server.hang_up()
    assert [m["To"] for m in sink.letters] == ["ana@exemple.test"]
    with pytest.raises(mail.ServerTrouble, match="535"):
        SmtpServer(f"smtp://vigie:wrong@127.0.0.1:{port}?starttls=1").send(message())


def test_no_password_is_given_to_a_server_whose_certificate_is_unknown(strict):
    sink, port, _cert = strict
    with pytest.raises(mail.ServerTrouble, match="CERTIFICATE_VERIFY_FAILED"):
        SmtpServer(f"smtp://vigie:p%40ss%3Aw%2Frd@127.0.0.1:{port}?starttls=1").send(message())
    assert sink.letters == []


def test_the_sender_follows_the_settings_and_is_the_same_each_time(tmp_path):
    assert isinstance(mail.sender_for(None, tmp_path), MailFolder)
    assert mail.sender_for("smtp://h", tmp_path) is mail.sender_for("smtp://h", tmp_path)
    assert isinstance(mail.sender_for("smtp://h", tmp_path), SmtpServer)
