import json

from rich.console import Console

from bench.speed import peak_rss_mb, run, sample, table


def test_messages_are_distinct_and_the_same_in_every_run() -> None:
    texts = sample(200)
    assert len(set(texts)) == 200
    assert texts == sample(200)
    assert texts != sample(200, seed=1)


def test_a_small_run_measures_everything_but_the_peer() -> None:
    measured = run(messages=16, rounds=1, peer=False)
    assert json.loads(json.dumps(measured)) == measured
    assert min(measured[name] for name in ("encoder", "analysis", "end_to_end", "alone_median", "peak_rss_mb")) > 0
    assert measured["alone_p95"] >= measured["alone_median"]
    assert (measured["peer_throughput"], measured["times_faster"]) == (None, None)
    console = Console(record=True, width=120)
    console.print(table(measured))
    assert f"{measured['end_to_end']} messages/s" in console.export_text()


def test_peak_memory_is_at_least_a_bare_python() -> None:
    assert peak_rss_mb() > 5
