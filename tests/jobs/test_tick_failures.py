from portal.core.clock import now
from portal.jobs import schedule, tick_failures


def test_a_tick_that_fails_is_counted_until_it_succeeds(lasting):
    at = now()
    tick_failures.note(lasting, ["a"], {"b": RuntimeError("about Mrs Martin")}, at=at)
    tick_failures.note(lasting, ["a"], {"b": ValueError()}, at=at)
    with lasting.reading() as session:
        (row,) = tick_failures.failing(session)
        assert (row.name, row.failures, row.error, row.since) == ("b", 2, "ValueError", at)
    tick_failures.note(lasting, ["a"], {}, at=at)
    with lasting.reading() as session:
        assert len(tick_failures.failing(session)) == 1, "it has not run since"
    tick_failures.note(lasting, ["a", "b"], {}, at=at)
    with lasting.reading() as session:
        assert tick_failures.failing(session) == []


def test_the_schedule_notes_what_failed_and_forgets_it_once_it_has_run(lasting, monkeypatch):
    is_broken = [True]

    def tick(_ctx):
        if is_broken[0]:
            raise RuntimeError
        return 0

    monkeypatch.setattr(schedule, "TICKS", {"waves": tick})
    schedule.tick(lasting, at=now())
    schedule.tick(lasting, at=now())
    with lasting.reading() as session:
        assert [(row.name, row.failures) for row in tick_failures.failing(session)] == [("waves", 2)]
    is_broken[0] = False
    schedule.tick(lasting, at=now())
    with lasting.reading() as session:
        assert tick_failures.failing(session) == []
