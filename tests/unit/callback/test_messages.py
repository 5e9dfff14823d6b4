"""Files of messages: any part can be replaced, and problems are told by line and key."""

import json

import pytest

from callback.domain.messages import default_messages, read_messages
from switchboard.inputs.files import FileError

FILE = "callback/messages-es-MX.json"


def test_what_a_file_leaves_out_is_the_default_of_its_language() -> None:
    content = json.dumps({"initialGreeting": "Hola.", "voice": "Polly.Mia"}).encode()
    read, default = read_messages(content, FILE, "es-MX"), default_messages("es-MX")
    assert (read.initial_greeting, read.voice, read.language) == ("Hola.", "Polly.Mia", "es-MX")
    assert read.processing_error == default.processing_error != default_messages("en-US").processing_error
    assert read_messages(b"{}", "callback/messages-de-DE.json", "de-DE").language == "de-DE"
    assert default_messages("de-DE").language == "en-US"


def test_each_problem_of_a_file_has_its_line_and_key() -> None:
    content = b'{\n"initialGreeting": 7,\n"initialGreting": "Hello"\n}'
    with pytest.raises(FileError) as raised:
        read_messages(content, FILE, "es-MX")
    assert [str(problem) for problem in raised.value.problems] == [
        f"{FILE}:2: initialGreeting: must be text",
        f"{FILE}:3: initialGreting: is not a known field",
    ]
