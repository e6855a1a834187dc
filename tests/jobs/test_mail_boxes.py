import imaplib
import re
import socketserver

import pytest

from portal.jobs import mail_boxes
from tests.serving import serving

LETTERS = {"7": b"To: a\r\n\r\none\r\n", "9": b"To: b\r\n\r\n" + b"x" * 300_000}


class _Mailbox(socketserver.StreamRequestHandler):
    """As much of IMAP4rev1 as a mailbox with two unread messages needs."""

    def handle(self):
        self.wfile.write(b"* OK IMAP4rev1\r\n")
        for line in self.rfile:
            tag, command = line.decode().strip().split(" ", 1)
            self.server.said.append(command)
            if command == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command.startswith("SELECT"):
                self.wfile.write(b"* 2 EXISTS\r\n")
            elif command.startswith("UID SEARCH"):
                self.wfile.write(b"* SEARCH 7 9\r\n")
            elif found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
                text = LETTERS[found[1]][: int(found[2])]
                self.wfile.write(
                    b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n" % (found[1].encode(), len(text)) + text + b")\r\n"
                )
            self.wfile.write(f"{tag} {'NO' if 'wrong' in command else 'OK'} done\r\n".encode())


@pytest.fixture
def mailbox():
    """Such a mailbox, what it was told, and its address for a password."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox)
    server.daemon_threads, server.said = True, []
    with serving(server) as address:
        yield server.said, lambda word: f"imap://vigie:{word}@{address}/Retours%20d"


def test_a_mailbox_is_read_up_to_a_size_and_each_message_is_marked_once_it_was_taken(mailbox):
    said, address = mailbox
    found = list(mail_boxes.unread(address("p%40ss")))
    assert found == [LETTERS["7"], LETTERS["9"][: mail_boxes.MOST_BYTES]]
    assert any("p@ss" in line for line in said)
    assert 'SELECT "Retours d"' in said
    assert [line for line in said if "STORE" in line] == [
        r"UID STORE 7 +FLAGS (\Seen)", r"UID STORE 9 +FLAGS (\Seen)",
    ]  # fmt: skip


def test_a_mailbox_that_refuses_is_an_error_of_the_round(mailbox):
    _said, address = mailbox
    with pytest.raises(imaplib.IMAP4.error):
        list(mail_boxes.unread(address("wrong")))


def test_a_folder_that_is_not_there_is_an_error_of_the_round(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(mail_boxes.unread(str(tmp_path / "missing")))


def test_messages_that_wait_stay_in_the_mailbox_until_they_are_put_aside(mailbox):
    said, address = mailbox
    found = list(mail_boxes.waiting(address("word"), at_once=1, most_bytes=5))
    assert found == [mail_boxes.BoxMessage("7", LETTERS["7"][:5])]
    assert not [line for line in said if "STORE" in line]
    assert mail_boxes.put_aside(address("word"), ["7", "1:* BODY"]) == 1
    assert [line for line in said if "STORE" in line] == [r"UID STORE 7 +FLAGS (\Seen)"]


@pytest.mark.parametrize(("folder", "aside"), [("", "read/1.eml"), ("new", "cur/1.eml:2,S")])
def test_messages_that_wait_stay_in_the_folder_until_they_are_put_aside(tmp_path, folder, aside):
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / folder / "1.eml").write_bytes(b"one")
    (tmp_path / "secret").write_bytes(b"not a message")
    [message] = mail_boxes.waiting(str(tmp_path))
    assert message == mail_boxes.BoxMessage("1.eml", b"one")
    assert mail_boxes.put_aside(str(tmp_path), ["1.eml", "../secret", "gone.eml"]) == 1
    assert (tmp_path / aside).read_bytes() == b"one"
    assert list(mail_boxes.waiting(str(tmp_path))) == []
    assert mail_boxes.put_aside(str(tmp_path), ["1.eml"]) == 0


def test_a_box_that_is_away_is_logged_and_the_round_goes_on(tmp_path):
    assert mail_boxes.take_unread(str(tmp_path / "missing"), "bounces") == []
    assert mail_boxes.take_unread(None, "bounces") == []
