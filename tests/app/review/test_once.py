"""A value that is worked out once and kept, in frozen instances too."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.review.once import once


@dataclass(frozen=True)
class Sum:
    parts: tuple[int, ...]
    looked: list[str] = field(default_factory=list)

    @once
    def whole(self) -> int:
        """All parts together."""
        self.looked.append("whole")
        return sum(self.parts)


def test_is_worked_out_at_the_first_look_only() -> None:
    one = Sum((1, 2))
    assert one.looked == []
    assert (one.whole, one.whole) == (3, 3)
    assert one.looked == ["whole"]


def test_each_instance_has_its_own() -> None:
    assert (Sum((1, 2)).whole, Sum((5,)).whole) == (3, 5)


def test_keeps_what_the_method_says_of_itself() -> None:
    assert Sum.whole.__doc__ == "All parts together."
