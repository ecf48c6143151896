"""Which text says what."""

from core.wording import (
    REASONS,
    STATUSES,
    advice_key,
    dialog_words,
    reason_key,
    status_key,
    title_key,
    when_style,
)


def test_every_reason_has_words():
    """A known reason has its own text; an unknown one is never blank."""
    for reason in REASONS:
        assert reason_key(reason) == "reason_" + reason
    assert reason_key("something_new") == "reason_refused"
    assert reason_key("") == "reason_refused"


def test_the_advice_fits_the_reason():
    """Who is signed out must sign in first; what no agent can mend goes to the administrator."""
    for reason in ["signed_out", "logged_out"]:
        assert advice_key(reason) == "advice_sign_in"
    for reason in ["no_offline_state", "forbidden", "not_api"]:
        assert advice_key(reason) == "advice_administrator"
    assert advice_key("not_restored") == "advice_choose"
    assert advice_key("cut") == "advice_open"


def test_headlines_are_honest():
    """Not known is not the same as failed."""
    assert title_key("unconfirmed", "cut") == "title_unconfirmed"
    assert title_key("failed", "cut") == "title_failed"
    assert title_key("failed", "not_restored") == "title_not_restored"


def test_statuses_have_words():
    """A status of a page that we do not know is "waiting", never blank."""
    for status in STATUSES:
        assert status_key(status) == "status_" + status
    assert status_key("<b>") == "status_waiting"


def test_an_old_time_shows_its_day():
    """Within twelve hours the hour is enough."""
    assert when_style(0, 12 * 3600 * 1000 - 1) == "hour"
    assert when_style(0, 12 * 3600 * 1000) == "day"


def view(phase, reason, tries, on_contact):
    """What a dialog shows."""
    return {"phase": phase, "reason": reason, "tries": tries, "on_contact": on_contact}


def test_the_dialog_says_what_it_is_about():
    """Asking, while no reason is known; what failed and why; and how the tries stand, once there is one."""
    words = dialog_words(view("trying", "", 1, False))
    assert words["title"] == "dialog_title_asking"
    assert words["why"] == "dialog_asking"
    assert words["status"] == "dialog_trying"
    assert dialog_words(view("trying", "", 0, False))["status"] == ""
    words = dialog_words(view("waiting", "network", 2, False))
    assert words["title"] == "dialog_title_failed"
    assert words["why"] == "reason_network"
    assert words["status"] == "dialog_waiting"
    assert dialog_words(view("failed", "network", 7, False))["status"] == "dialog_failed"


def test_no_more_is_promised_than_is_true():
    """On a contact the agent will be Offline, and is not yet."""
    assert dialog_words(view("confirmed", "", 0, False))["title"] == "dialog_title_confirmed"
    assert dialog_words(view("confirmed", "", 0, True))["title"] == "dialog_title_next"


def test_the_safe_button_comes_first():
    """Trying again while it has failed, else closing the dialog; and whoever stays can say so. Offered, staying is."""
    for row in [
        ["trying", "try_again leave_anyway keep_working"],
        ["waiting", "try_again leave_anyway keep_working"],
        ["failed", "try_again leave_anyway keep_working"],
        ["confirmed", "ok keep_working"],
        ["offered", "keep_working try_again"],
        ["let_go", "ok"],
        ["earlier", "ok dismiss_seen"],
    ]:
        assert " ".join(dialog_words(view(row[0], "network", 1, False))["buttons"]) == row[1]


def test_what_has_ended_has_no_tries():
    """Its title and its sentence are its own."""
    for phase in ["confirmed", "let_go", "earlier"]:
        words = dialog_words(view(phase, "network", 1, False))
        assert words["title"] == "dialog_title_" + phase
        assert words["why"] == "dialog_" + phase
        assert words["status"] == ""
