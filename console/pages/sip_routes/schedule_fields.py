"""Fields for opening hours: a line for each day of the week, a time zone, and days that differ."""

from collections.abc import Mapping
from typing import Any, Final

from nicegui import ui

from console.data.sip_routes.bulk import by_date
from console.data.sip_routes.words import DAYS

HOLIDAYS: Final = "Days that differ, a line for each: 12-25, or 2027-05-14 09:00-12:00"
"""The label of a field for days, which `read_holidays` reads."""

_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ScheduleFields:
    """The fields of a schedule, which may be switched off.

    Parameters
    ----------
    schedule
        As it is; None where the route is always open.
    """

    def __init__(self, schedule: Any) -> None:
        fields: Mapping[str, Any] = schedule if isinstance(schedule, Mapping) else {}
        self._before = fields
        weekly = fields.get("weekly")
        hours = (
            {str(day)[:3].lower(): value for day, value in weekly.items()}
            if isinstance(weekly, Mapping)
            else {}
        )
        self.is_on = ui.switch("Only at some hours", value=schedule is not None)
        with ui.element("div").classes("body") as block:
            self._zone = ui.input(
                "Time zone, such as Europe/Berlin", value=str(fields.get("timeZone", "UTC"))
            )
            self._zone.props("outlined dense")
            with ui.element("div").classes("week"):
                self._days = {
                    day: ui.input(name, value=_line(hours.get(day)), placeholder="closed").props(
                        "outlined dense stack-label"
                    )
                    for day, name in zip(DAYS, _NAMES, strict=True)
                }
            self._holidays = ui.textarea(
                HOLIDAYS,
                value=_holiday_lines(fields.get("holidays")),
            ).props("outlined dense autogrow")
        block.bind_visibility_from(self.is_on, "value")

    def value(self) -> dict[str, Any] | None:
        """Return the schedule; None where the route is always open."""
        if not self.is_on.value:
            return None
        weekly = {
            day: hours for day, field in self._days.items() if (hours := _hours(str(field.value or "")))
        }
        found = {**self._before, "timeZone": str(self._zone.value or "").strip(), "weekly": weekly}
        holidays = read_holidays(str(self._holidays.value or ""))
        if holidays:
            found["holidays"] = holidays
        else:
            found.pop("holidays", None)
        return found

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show what is wrong at the fields that have it."""
        own = {field: message for field, message in errors.items() if field.startswith("schedule")}
        self._zone.error = own.pop("schedule.timeZone", None)
        for day, field in self._days.items():
            found = [name for name in own if name.startswith(f"schedule.weekly.{day}")]
            field.error = own[found[0]] if found else None
            for name in found:
                del own[name]
        self._holidays.error = next((f"{name.partition('.')[2]}: {own[name]}" for name in own), None)


def read_holidays(text: str) -> dict[str, list[str]]:
    """Return days that differ, a line for each: a date, and hours where it is not closed."""
    found = {}
    for line in text.splitlines():
        day, _, words = line.strip().partition(" ")
        if day:
            found[day] = _hours(words)
    return found


def _line(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else ""


def _hours(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _holiday_lines(holidays: Any) -> str:
    return "\n".join(f"{day} {_line(hours)}".strip() for day, hours in by_date(holidays).items())
