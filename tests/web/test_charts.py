"""The coordinates of charts: round lines of the grid, gaps, values that are all alike."""

import pytest

from relance.web.charts import BOTTOM, LEFT, RIGHT, TOP, line_chart, shares


@pytest.mark.parametrize(
    ("amounts", "bars"),
    [
        ([1842000, 964000, 0], [100.0, 52.3, 0.0]),
        ([0, 0, 0], [0.0, 0.0, 0.0]),
        ([-50, 100], [0.0, 100.0]),
        ([], []),
    ],
)
def test_bars_are_shares_of_the_longest(amounts: list[int], bars: list[float]) -> None:
    assert shares(amounts) == bars


@pytest.mark.parametrize("values", [[], [42.0], [None, None], [None, 42.0, None]])
def test_a_line_needs_two_values(values: list[float | None]) -> None:
    assert line_chart(values) is None


@pytest.mark.parametrize(
    "values",
    [[42.0, 52.0], [0.0, 0.0], [121.0] * 13, [None, 3.0, 5.0, None, 7.0], [0.0, 99999.0], [5.01, 5.02], [-3.0, 4.0]],
)
def test_every_point_and_line_stays_inside(values: list[float | None]) -> None:
    chart = line_chart(values)
    assert chart is not None
    spots = [spot for piece in chart.pieces for spot in piece]
    assert [spot.place for spot in spots] == [place for place, value in enumerate(values) if value is not None]
    assert all(LEFT <= spot.x <= RIGHT and TOP <= spot.y <= BOTTOM for spot in spots)
    assert 3 <= len(chart.grid) <= 6
    assert (chart.grid[0][0], chart.grid[-1][0]) == (BOTTOM, TOP)


def test_a_gap_breaks_the_line() -> None:
    chart = line_chart([1.0, 2.0, None, 4.0])
    assert chart is not None
    assert [[spot.place for spot in piece] for piece in chart.pieces] == [[0, 1], [3]]
    assert chart.last.place == 3


def test_a_higher_value_stands_higher() -> None:
    chart = line_chart([40.0, 50.0, 45.0])
    assert chart is not None
    first, second, third = chart.pieces[0]
    assert second.y < third.y < first.y
