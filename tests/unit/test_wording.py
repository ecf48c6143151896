"""Which text says what."""

from core.wording import REASONS, advice_key, reason_key, status_key, title_key, when_style


def test_every_reason_has_words():
    """A known reason has its own text; an unknown one is never blank."""
    for reason in REASONS:
        assert reason_key(reason) == "reason_" + reason
    assert reason_key("something_new") == "reason_refused"
    assert reason_key("") == "reason_refused"


def test_the_advice_fits_the_reason():
    """Who is signed out must sign in first; what no agent can mend goes to the administrator."""
    assert advice_key("signed_out") == "advice_sign_in"
    assert advice_key("no_offline_state") == "advice_administrator"
    assert advice_key("cut") == "advice_open"


def test_headlines_are_honest():
    """Not known is not the same as failed."""
    assert title_key("unconfirmed") == "title_unconfirmed"
    assert title_key("failed") == "title_failed"


def test_statuses_have_words():
    """A status of a page that we do not know is "waiting", never blank."""
    assert status_key("no_streams") == "status_no_streams"
    assert status_key("<b>") == "status_waiting"


def test_an_old_time_shows_its_day():
    """Within twelve hours the hour is enough."""
    assert when_style(0, 1000) == "hour"
    assert when_style(0, 13 * 3600 * 1000) == "day"
