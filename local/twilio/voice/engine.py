"""The TwiML engine, composed: calls, the executor of their documents, and the verbs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from local.twilio.voice.calls import Calls
from local.twilio.voice.control_flow import hangup, leave, redirect, reject
from local.twilio.voice.dial import dial
from local.twilio.voice.enqueue import enqueue
from local.twilio.voice.executor import Executor
from local.twilio.voice.gather import gather
from local.twilio.voice.prompts import pause, play, say
from local.twilio.voice.record import record
from local.twilio.voice.refer import refer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.twilio.account import Account
    from local.twilio.taskrouter.engine import TaskRouter
    from local.twilio.voice.call import Call
    from local.twilio.voice.executor import Verb
    from local.twilio.voice.queues import Queues
    from local.twilio.voice.recordings import Recordings
    from local.twilio.voice.turns import Fetch


def make_calls(account: Account, recordings: Recordings, queues: Queues, taskrouter: TaskRouter) -> Calls:
    """Return the account's calls, which carry out TwiML.

    Parameters
    ----------
    account
        The account.
    recordings
        Where <Record> puts what was said.
    queues, taskrouter
        Where <Enqueue> lets calls wait.
    """
    verbs: Mapping[str, Verb] = {
        "Say": say,
        "Play": play,
        "Pause": pause,
        "Gather": gather,
        "Record": partial(record, recordings),
        "Dial": dial,
        "Enqueue": partial(enqueue, queues, taskrouter),
        "Leave": leave,
        "Refer": refer,
        "Redirect": redirect,
        "Reject": reject,
        "Hangup": hangup,
    }

    def conduct(call: Call, fetch: Fetch) -> None:
        Executor(account, calls, verbs, call).run(fetch)

    calls = Calls(account, conduct)
    return calls
