"""Seconds of a block, and of the functions that are called in it."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch


@contextmanager
def calls_timed(*functions: tuple[Any, str]) -> Iterator[dict[str, float]]:
    """Seconds by name of each `(module, name)`, as called through that module, while the block runs."""
    seconds: dict[str, float] = defaultdict(float)
    with ExitStack() as stack:
        for module, name in functions:
            stack.enter_context(patch.object(module, name, _timed(getattr(module, name), seconds, name)))
        yield seconds


def _timed(function: Callable[..., Any], seconds: dict[str, float], name: str) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **options: Any) -> Any:
        begun = time.perf_counter()
        try:
            return function(*args, **options)
        finally:
            seconds[name] += time.perf_counter() - begun

    return timed
