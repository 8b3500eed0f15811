"""How a sandbox's code is told from a city's, purely: the city's code, the mark, and characters of its own."""

SANDBOX_MARK = "-"


def is_sandbox(city_code: str) -> bool:
    """Whether the code is of a sandbox."""
    return SANDBOX_MARK in city_code
