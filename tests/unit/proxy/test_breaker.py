from gateway.proxy.breaker import BREAKERS_MAX, COUNT_MIN, OPEN_FOR, SPAN, Breaker, Breakers, State


def opened(now: int = 0) -> Breaker:
    breaker = Breaker(now)
    for _ in range(COUNT_MIN):
        breaker.failed(now)
    return breaker


def test_opens_at_half_failures_and_not_before_enough_answers() -> None:
    breaker = Breaker(0)
    for _ in range(COUNT_MIN // 2 - 1):
        breaker.failed(0)
        breaker.succeeded(0)
    assert breaker.state is State.CLOSED
    breaker.succeeded(0)
    breaker.failed(0)
    assert breaker.state is State.OPEN


def test_a_few_failures_among_many_answers_do_not_open() -> None:
    breaker = Breaker(0)
    for _ in range(50):
        breaker.failed(0)
        breaker.succeeded(0)
        breaker.succeeded(0)
    assert breaker.state is State.CLOSED


def test_failures_of_the_past_are_forgotten() -> None:
    breaker = Breaker(0)
    for _ in range(COUNT_MIN - 1):
        breaker.failed(0)
    breaker.failed(SPAN + 1)
    assert breaker.state is State.CLOSED


def test_one_trial_after_the_pause_decides() -> None:
    breaker = opened()
    assert breaker.wait(OPEN_FOR - 1) == 1
    assert breaker.wait(OPEN_FOR) == 0
    assert breaker.wait(OPEN_FOR) == OPEN_FOR
    breaker.failed(OPEN_FOR)
    assert breaker.state is State.OPEN
    assert breaker.wait(2 * OPEN_FOR) == 0
    breaker.succeeded(2 * OPEN_FOR)
    assert breaker.state is State.CLOSED


def test_late_news_from_before_it_opened_changes_nothing() -> None:
    breaker = opened()
    breaker.succeeded(1)
    breaker.failed(1)
    assert (breaker.state, breaker.wait(OPEN_FOR - 1)) == (State.OPEN, 1)


def test_a_trial_that_never_reports_back_is_replaced() -> None:
    breaker = opened()
    assert breaker.wait(OPEN_FOR) == 0
    assert breaker.wait(2 * OPEN_FOR) == 0


def test_invented_prefixes_do_not_fill_the_memory() -> None:
    breakers = Breakers()
    for number in range(BREAKERS_MAX + 10):
        breakers.of(f"/v1/funds/{number}", 0)
    assert len(breakers._kept) == BREAKERS_MAX
