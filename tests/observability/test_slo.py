"""Error budgets as arithmetic: thresholds that can fire, in the order of their urgency, for every promise."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tools.observability.slo import OUTAGE, WINDOWS, Objective, decimal

targets = st.floats(90, 99.999).map(lambda value: round(value, 3))


@given(targets)
def test_a_total_outage_always_fires(percent: float) -> None:
    objective = Objective(percent)
    for window in WINDOWS:
        assert 0 < objective.threshold(window) <= OUTAGE
        assert objective.minutes_to_fire(window, Fraction(1)) is not None


@given(targets)
def test_a_faster_burn_has_a_higher_threshold(percent: float) -> None:
    thresholds = [Objective(percent).threshold(window) for window in WINDOWS]
    assert thresholds == sorted(thresholds, reverse=True)


@given(targets, st.fractions(Fraction(1, 1000), 1))
def test_an_alert_leaves_most_of_the_budget(percent: float, failing: Fraction) -> None:
    objective = Objective(percent)
    for window in WINDOWS:
        spent = objective.spent(window, failing)
        assert spent is None or spent <= window.share


@given(targets)
def test_a_threshold_is_written_without_an_exponent(percent: float) -> None:
    for window in WINDOWS:
        text = decimal(Objective(percent).threshold(window))
        assert "e" not in text
        assert float(text) > 0


def test_five_nines_are_beyond_people() -> None:
    assert Objective(99.999).beyond_people
    assert not Objective(99.9).beyond_people
