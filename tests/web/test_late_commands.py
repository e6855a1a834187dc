import click
import pytest

from portal.web.late_commands import LateCommands


@pytest.fixture
def group():
    gathered = []

    def gather():
        gathered.append(1)
        return [click.Command("check"), click.Group("paper")]

    made = LateCommands("portal", gather)
    made.gathered = gathered
    return made


def test_nothing_is_gathered_until_a_command_is_looked_for(group):
    assert not group.gathered
    assert group.get_command(None, "check").name == "check"
    assert group.get_command(None, "nothing") is None
    assert group.list_commands(None) == ["check", "paper"]
    assert group.gathered == [1]


def test_one_added_by_hand_stands_beside_them(group):
    group.add_command(click.Command("added"))
    assert group.list_commands(None) == ["added", "check", "paper"]
