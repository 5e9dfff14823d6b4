"""Counts that can be added up: values that were answered, and durations."""

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MOST_VALUES: Final = 100
"""Different answers to one question that are counted each; all further ones are counted together."""

LONGEST_VALUE: Final = 80
"""Characters of the longest answer that is counted by itself."""

_VALUES_IN_MEMORY: Final = 5 * MOST_VALUES
_STEP: Final = math.log(1.15)


@dataclass
class Durations:
    """A histogram of durations with steps of 15 percent, so that those of many days can be added.

    Attributes
    ----------
    steps : Counter[int]
        Step 0 is less than a second; step n begins at ``1.15 ** (n - 1)`` seconds.
    """

    steps: Counter[int] = field(default_factory=Counter)

    def add(self, milliseconds: int) -> None:
        """Count a duration; a negative one, by clocks that differ, is none at all."""
        seconds = milliseconds / 1000
        self.steps[0 if seconds < 1 else 1 + int(math.log(seconds) / _STEP)] += 1

    @property
    def median(self) -> float | None:
        """The median in seconds, within 8 percent; None without durations."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> float | None:
        """Return the seconds that a share of all durations do not exceed, within 8 percent."""
        least = self.steps.total() * share
        passed = 0
        for step in sorted(self.steps):
            passed += self.steps[step]
            if passed >= least:
                return round(math.exp(_STEP * (step - 0.5)), 1) if step else 0.5
        return None


@dataclass
class QuestionTally:
    """The answers to one question.

    Attributes
    ----------
    answered, skipped, dropped : int
        Respondents who answered it, who gave no usable answer in three tries, and who left while it was open.
    values : Counter[str]
        Number of respondents by answer, which is JSON; each choice of an answer with several counts.
    further : int
        Answers that are counted together, because they are long, or too many differ.
    durations : Durations
        From the answer before, or the start of the session, to the answer.
    """

    answered: int = 0
    skipped: int = 0
    dropped: int = 0
    values: Counter[str] = field(default_factory=Counter)
    further: int = 0
    durations: Durations = field(default_factory=Durations)

    def add_value(self, value: Any) -> None:
        """Count an answer."""
        for one in dict.fromkeys(map(_text, value)) if isinstance(value, list) else (_text(value),):
            if len(one) > LONGEST_VALUE or (one not in self.values and len(self.values) >= _VALUES_IN_MEMORY):
                self.further += 1
            else:
                self.values[one] += 1

    def add(self, other: "QuestionTally") -> None:
        """Add the counts of another tally."""
        self.answered += other.answered
        self.skipped += other.skipped
        self.dropped += other.dropped
        self.further += other.further
        self.durations.steps.update(other.durations.steps)
        self.values.update(other.values)
        if len(self.values) > _VALUES_IN_MEMORY:
            self._keep(_VALUES_IN_MEMORY)

    def shortened(self) -> "QuestionTally":
        """Return the tally with the most frequent answers only."""
        self._keep(MOST_VALUES)
        return self

    def _keep(self, most: int) -> None:
        kept = dict(self.most_frequent()[:most])
        self.further += self.values.total() - sum(kept.values())
        self.values = Counter(kept)

    def most_frequent(self) -> list[tuple[str, int]]:
        """Return answers and their numbers, the most frequent first."""
        return sorted(self.values.items(), key=lambda item: (-item[1], item[0]))

    def to_stored(self) -> list[Any]:
        """Return the tally as JSON, for `from_stored`."""
        steps = {str(step): number for step, number in self.durations.steps.items()}
        return [self.answered, self.skipped, self.dropped, dict(self.values), self.further, steps]

    @classmethod
    def from_stored(cls, stored: list[Any]) -> "QuestionTally":
        """Return the tally that `to_stored` returned."""
        answered, skipped, dropped, values, further, steps = stored
        return cls(answered, skipped, dropped, Counter(values), further, durations_from(steps))


def durations_from(stored: Mapping[str, int]) -> Durations:
    """Return durations by the JSON of their steps."""
    return Durations(Counter({int(step): number for step, number in stored.items()}))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
