"""Functions' log lines are readable on a terminal."""

import io
import json

from local.log_lines import Terminal


def shown(line: str) -> str:
    stream = io.StringIO()
    Terminal(stream).function_line("SurveySmsWebhook", line)
    return stream.getvalue()


def test_a_structured_line_becomes_function_level_message_and_fields() -> None:
    line = json.dumps(
        {
            "level": "WARNING",
            "location": "handler:10",
            "message": "refused",
            "timestamp": "2026-07-15",
            "service": "switchboard",
            "message_sid": "SM1",
            "tries": 2,
        }
    )
    text = shown(line)
    assert text.split() == ["SurveySmsWebhook", "WARNING", "refused", "message_sid=SM1", "tries=2"]


def test_a_stack_trace_is_shown_below_its_log_line() -> None:
    text = shown(
        json.dumps({"level": "ERROR", "message": "failed", "exception": "Traceback:\n  ValueError: no"})
    )
    assert text.splitlines()[1:] == ["    Traceback:", "      ValueError: no"]


def test_plain_text_is_shown_as_it_is() -> None:
    assert shown("just text").split() == ["SurveySmsWebhook", "INFO", "just", "text"]
    assert shown("[1, 2]").split() == ["SurveySmsWebhook", "INFO", "[1,", "2]"]


def test_metrics_and_empty_lines_are_not_shown() -> None:
    assert shown(json.dumps({"_aws": {"Timestamp": 1}, "Answered": 1})) == ""
    assert shown("") == ""


def test_output_to_a_closed_terminal_is_dropped() -> None:
    stream = io.StringIO()
    terminal = Terminal(stream)
    stream.close()
    terminal.say("nobody reads this")
    terminal.function_line("f", "nor this")
