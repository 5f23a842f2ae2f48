"""What the page's health panel makes of the text of `/metrics`, reading by reading."""

import pytest
from console_fixtures import browser, chromium_is_there, server, windows  # noqa: F401
from health_metrics import BOUNDS, histogram, metrics


def evaluate(page, expression, *values):
    return page.evaluate(
        f"""async (values) => {{
          const {{ parseMetrics, total, histogram, between, quantile }} = await import("/console/prometheus.js");
          const {{ Health }} = await import("/console/health.js");
          return ({expression})(...values);
        }}""",
        values,
    )


@pytest.fixture
def blank(windows):
    page = windows.blank()
    page.goto(windows.url)
    return page


@pytest.mark.parametrize(
    "line, sample",
    [
        ("a 1", ["a", {}, 1]),
        ("a_total 12.5 1395066363000", ["a_total", {}, 12.5]),
        ('a{x="1",y="two words"} -3e2', ["a", {"x": "1", "y": "two words"}, -300]),
        (r'a{path="C:\\DIR\\",text="say \"hi\"\n"} 0', ["a", {"path": "C:\\DIR\\", "text": 'say "hi"\n'}, 0]),
        ('a{x="}{,=",} 7', ["a", {"x": "}{,="}, 7]),
        ("a:b{} 1", ["a:b", {}, 1]),
        ("  a   2  ", ["a", {}, 2]),
        ("# a 1", None),
        ("a", None),
        ("a one", None),
        ("a NaN", None),
        ("1a 1", None),
        ("", None),
    ],
)
def test_the_text_format_is_read_line_by_line(blank, line, sample):
    read = "(text) => [...parseMetrics(text)].map(([name, [one]]) => [name, one.labels, one.value])"
    found = evaluate(blank, read, line)
    assert found == ([] if sample is None else [sample])


@pytest.mark.parametrize(
    "observed, share, value",
    [
        ([], 0.99, None),
        ([0.002] * 100, 0.5, 0.001 + 0.0015 * 0.5),
        ([0.002] * 99 + [0.2], 0.99, 0.0025),
        ([0.002] * 98 + [0.2] * 2, 0.99, 0.1 + 0.15 * 0.5),
        ([7.0], 0.99, 0.25),
        ([0.0005], 1, 0.001),
    ],
)
def test_quantiles_are_estimated_as_prometheus_does(blank, observed, share, value):
    found = evaluate(
        blank,
        '(text, share) => quantile(share, histogram(parseMetrics(text), "x"))',
        histogram("x", BOUNDS, observed),
        share,
    )
    assert found == (None if value is None else pytest.approx(value))


def test_figures_follow_from_two_readings(blank):
    earlier = metrics(
        messages=100, acks=[0.002] * 50, batches=[1, 1], lags=[0.0005] * 20, deflated=(10_000, 3_000)
    )
    later = metrics(
        connections=(7, 1),
        messages=140,
        acks=[0.002] * 50 + [0.04] * 100,
        batches=[1, 1, 8, 4],
        lags=[0.0005] * 40,
        deflated=(14_000, 4_000),
    )
    readings = [[earlier, 1_000], [later, 5_000], [later, 6_000], [metrics(), 7_000]]
    first, second, third, restarted = evaluate(
        blank,
        """(readings) => {
          const health = new Health();
          for (const one of readings) health.add(...one);
          return health.points;
        }""",
        readings,
    )
    assert first == {"at": 1_000, "connections": 5}
    times = {"ack": pytest.approx(49.75), "lag": pytest.approx(0.99)}
    assert second == {"at": 5_000, "connections": 8, "messages": 10, "batch": 6, "compression": 4} | times
    assert third["messages"] == 8  # over the last ten seconds
    unknown = dict.fromkeys(("messages", "ack", "batch", "lag", "compression"))
    assert restarted == {"at": 7_000, "connections": 5} | unknown  # the counters began anew


def test_a_quiet_service_has_no_times_and_a_long_pause_begins_anew(blank):
    points = evaluate(
        blank,
        """(text) => {
          const health = new Health();
          for (let second = 0; second < 400; second += 2) health.add(text, second * 1_000);
          const many = health.points.length;
          health.add(text, 500_000);
          return [many, health.points];
        }""",
        metrics(messages=5, acks=[0.1]),
    )
    assert points == [91, [{"at": 500_000, "connections": 5}]]
