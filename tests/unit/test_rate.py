"""How many facts a page may tell."""

from core.rate import BURST, PER_SECOND, admit


def test_a_flood_is_cut_off():
    """After a burst nothing more passes in the same moment."""
    buckets = []
    passed = 0
    for _ in range(BURST * 3):
        if admit(buckets, "agent", 1000):
            passed = passed + 1
    assert passed == BURST


def test_time_lets_facts_pass_again():
    """A second later so many more pass as the rate says."""
    buckets = []
    for _ in range(BURST * 2):
        admit(buckets, "agent", 1000)
    passed = 0
    for _ in range(BURST):
        if admit(buckets, "agent", 2000):
            passed = passed + 1
    assert passed == PER_SECOND


def test_a_flood_of_one_type_leaves_the_others_free():
    """A page that floods with states cannot drown the departure."""
    buckets = []
    for _ in range(BURST * 2):
        admit(buckets, "agent", 1000)
    assert admit(buckets, "departing", 1000)


def test_a_clock_set_back_does_not_close_the_border():
    """A clock set back an hour takes nothing away."""
    buckets = []
    assert admit(buckets, "agent", 3600000)
    assert admit(buckets, "agent", 1000)
    assert admit(buckets, "agent", 1001)
