"""The hours of a week: how the use of a service is spread over them."""

from __future__ import annotations

from dataclasses import dataclass

from twin.core.units import PPM, Ratio
from twin.model.yaml_field_metadata import Name, basis, yaml_key

DAY, WEEK = 24, 168
"""Hours."""
DAYS = (5, 1, 1)
"""Weekdays, Saturdays and Sundays of a week."""


@dataclass(frozen=True, slots=True)
class WeekProfile:
    """How the use of a service is spread over a week: 24 shares of a day for each kind of day, and how large a weekday,
    a Saturday and a Sunday are beside each other."""

    name: Name
    weekday: tuple[Ratio, ...] = yaml_key("Share of each hour in a weekday, from midnight on; 24 that sum to 100 %.",
                                          most=PPM, example="[1 %, 1 %, 2 %]")
    saturday: tuple[Ratio, ...] = yaml_key("The same of a Saturday; by default as a weekday.", default=(), most=PPM)
    sunday: tuple[Ratio, ...] = yaml_key("The same of a Sunday; by default as a Saturday.", default=(), most=PPM)
    volumes: tuple[float, float, float] = yaml_key("What is used on a weekday, a Saturday and a Sunday, beside each "
                                                   "other.", default=(1.0, 1.0, 1.0), least=0.0,
                                                   example="[1, 0.8, 0.6]")
    basis: str = basis()

    @property
    def days(self) -> tuple[tuple[Ratio, ...], ...]:
        """The shares of a weekday, a Saturday and a Sunday."""
        saturday = self.saturday or self.weekday
        return self.weekday, saturday, self.sunday or saturday

    @property
    def activity(self) -> tuple[float, ...]:
        """The use in each of the 168 hours from Monday midnight on, beside that of the busiest hour: 0 to 1."""
        hours = [share * volume for day, volume, count in zip(self.days, self.volumes, DAYS, strict=True)
                 for _ in range(count) for share in day]
        busiest = max(hours)
        return tuple(hour / busiest if busiest else 0.0 for hour in hours)
