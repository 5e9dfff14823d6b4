"""Executing TwiML in a call: fetch a document, run its verbs in order, follow redirects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from local.twilio.twiml import BadTwiml, Element, document_of, method_of, parse, resolve
from local.twilio.voice.inputs import Input, OtherSide, Silence
from local.twilio.voice.params import voice_params
from local.twilio.voice.schema import check_verb
from local.twilio.voice.turns import Fetch, HungUp, Listening, Redirected, TakenFromQueue
from local.twilio.webhook import WebhookFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.twilio.account import Account
    from local.twilio.voice.call import Call
    from local.twilio.voice.calls import Calls

    Verb = Callable[["Executor", Element], Fetch | None]
    """Runs one verb; returns the request that follows, None to continue with the next verb."""

MOST_DOCUMENTS = 100
"""Documents in a row without an action of the person at the phone. Twilio would repeat them for hours."""

MACHINE_SECONDS = 180
"""For how long an answering machine listens before it hangs up."""

APOLOGY = "We're sorry, an application error has occurred. Goodbye."


class Executor:
    """Executes one call's documents.

    Parameters
    ----------
    account, calls
        The account and its calls.
    verbs
        What carries out each verb, by its name.
    call
        The call.

    Attributes
    ----------
    url : str
        The present document's URL, which relative URLs in it start from.
    at_first_verb : bool
        Whether nothing in the present document has been carried out yet.
    waiting_in_queue : bool
        Whether the present document entertains a caller in a queue.
    """

    def __init__(self, account: Account, calls: Calls, verbs: Mapping[str, Verb], call: Call) -> None:
        self.account = account
        self.calls = calls
        self.call = call
        self.url = ""
        self.at_first_verb = True
        self.waiting_in_queue = False
        self._verbs = verbs
        self._documents = 0
        self._machine_seconds = 0.0

    def run(self, fetch: Fetch | None) -> None:
        """Execute a document and those that it leads to.

        Raises
        ------
        HungUp
            The person or the application ended the call before that.
        """
        while fetch is not None:
            asked = fetch
            try:
                fetch = self.carry_out(self.fetch(asked))
            except Redirected as other:
                fetch = other.fetch
            except (WebhookFailed, BadTwiml) as problem:
                fetch = self._fall_back(problem, asked)

    def listen(self, listening: Listening) -> Input:
        """Wait for the person at the phone; a machine stays silent and hangs up after a time.

        Raises
        ------
        HungUp, Redirected
            The call is over, or has another document.
        TakenFromQueue
            An agent takes the caller, who is entertained in a queue.
        """
        if self.call.is_machine and listening.verb in {"Gather", "Record"}:
            self.call.check()
            self._machine_seconds += listening.seconds or 0
            if self._machine_seconds > MACHINE_SECONDS:
                raise HungUp("phone")
            return Silence()
        item = self.call.wait(replace(listening, in_queue=self.waiting_in_queue))
        self._documents = 0
        if self.waiting_in_queue and isinstance(item, OtherSide):
            raise TakenFromQueue(item.result)
        return item

    def send_async(self, fetch: Fetch) -> None:
        """Make a request asynchronously; the call does not depend on it."""
        params = self.params(fetch)
        self.account.tasks.run(
            self.call.sid,
            lambda: self.account.notify(fetch.method, fetch.url, params, sid=self.call.sid),
        )

    def final_callback(self, fetch: Fetch, status: str = "completed") -> None:
        """Make the request to a verb's action URL although its answer cannot be executed any more."""
        params = {**self.params(fetch), "CallStatus": status}
        answer = self.account.notify(fetch.method, fetch.url, params, sid=self.call.sid)
        if answer is not None:
            self.call.note("webhook", method=fetch.method, url=fetch.url, status=answer.status)

    def fetch(self, fetch: Fetch) -> Element:
        """Return the document of a URL, or the one given inline.

        Raises
        ------
        WebhookFailed, BadTwiml
            There is none.
        """
        self._documents += 1
        if self._documents > MOST_DOCUMENTS:
            self.call.note(
                "error", code=11215, message=f"{MOST_DOCUMENTS} documents in a row: the call is cut"
            )
            raise HungUp("limit")
        self.call.check()
        if fetch.twiml is not None:
            self.url = fetch.url
            return parse(fetch.twiml)
        answer = self.account.webhooks.send(fetch.method, fetch.url, self.params(fetch))
        self.call.note("webhook", method=fetch.method, url=fetch.url, status=answer.status)
        self.url = fetch.url.partition("#")[0]
        self.call.check()
        return document_of(answer)

    def params(self, fetch: Fetch) -> dict[str, str]:
        """Return all parameters of a request for a document."""
        return {**voice_params(self.account.sid, self.call), **fetch.params}

    def carry_out(self, document: Element) -> Fetch | None:
        """Run a document's verbs in order; return the next request, None at the end."""
        for index, verb in enumerate(document.children):
            self.call.check()
            self.at_first_verb = index == 0
            target = self._do(verb)
            if target is not None:
                return target
        return None

    def _do(self, verb: Element) -> Fetch | None:
        if verb.name == "#text":
            verb = Element("Say", {}, [verb.text])
        elif verb.name == "#audio":
            verb = Element("Play", {}, [self.url])
        for warning in check_verb(verb):
            self.warn(warning)
        if verb.name != "Reject":
            self.calls.answered(self.call)
        return self._verbs[verb.name](self, verb)

    def warn(self, message: str) -> None:
        """Record a warning of Twilio's debugger (12200)."""
        self.call.note("warning", code=12200, message=message)
        self.account.alert(12200, message, sid=self.call.sid, url=self.url)

    def action(self, verb: Element, params: dict[str, str], default: str = "") -> Fetch | None:
        """Return the request to a verb's action URL; None where it has none and there is no default."""
        reference = verb.get("action") or default
        if not reference:
            return None
        return Fetch(resolve(self.url, reference), method_of(verb), params)

    def whisper(self, child: Call, fetch: Fetch) -> None:
        """Execute a document for the other side of a <Dial> before the two are connected.

        Raises
        ------
        HungUp
            The document hangs up on them.
        """
        try:
            Executor(self.account, self.calls, self._verbs, child).run(fetch)
        finally:
            for entry in child.transcript:
                if entry["kind"] in {"say", "play", "error"}:
                    self.call.note(
                        "whisper", to=child.to, text=entry.get("text", ""), url=entry.get("url", "")
                    )

    def _fall_back(self, problem: WebhookFailed | BadTwiml, asked: Fetch) -> Fetch | None:
        call = self.call
        call.note("error", code=problem.code, message=problem.message, url=asked.url)
        self.account.alert(problem.code, problem.message, sid=call.sid, url=asked.url)
        fallback = call.settings.fallback
        if fallback is not None and not asked.params.get("ErrorCode"):
            params = {**fallback.params, "ErrorCode": str(problem.code), "ErrorUrl": asked.url}
            return Fetch(fallback.url, fallback.method, params)
        self.calls.answered(call)
        call.note("say", text=APOLOGY, voice="", language="en-US", loop=1, inside="")
        return None
