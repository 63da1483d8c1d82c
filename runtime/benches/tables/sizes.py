"""Bytes of futures."""

from __future__ import annotations

from .shared import CALLS, OFF, Missed, above, build, run, table, title


def sizes(missed: Missed) -> None:
    lines = run([build("drive"), "sizes"]).splitlines()
    found = {name: list(map(int, values)) for name, *values in map(str.split, lines)}
    places = ("small state", "buffer of 512 bytes", "arguments kept", "arguments used up")
    title("Bytes of a future")
    table(
        ("", *places),
        (
            [CALLS[variant, OFF], *map(above, values, found["plain"])]
            for variant, values in found.items()
        ),
    )
    for place, value, plain in zip(places, found["report_errors"], found["plain"], strict=True):
        what = f"bytes of a future of `report_errors` above plain, {place}"
        missed.at_most(missed.bars.bytes, value - plain, what)
