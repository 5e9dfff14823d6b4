"""Rotation of the account's auth token, by Twilio's secondary auth token and two SSM parameters.

Twilio signs webhooks with the primary token, and takes REST requests with the primary and the secondary one
(https://www.twilio.com/docs/iam/api/secondary_authtoken). Promoting the secondary makes it the primary; the
primary before is refused from then on (https://www.twilio.com/docs/iam/api/authtoken). Functions check
signatures with the tokens of both parameters, send REST requests with that of the first, and remember both
for SECRET_CACHE_SECONDS. So at each step what Twilio may sign with is in one of the parameters, and the first
holds a token that Twilio takes:

=========  ========================  ====================  =============================================
step       current, previous (SSM)   primary, secondary    what happens
=========  ========================  ====================  =============================================
creating   old, old                  old, new              Twilio makes the new token
spreading  new, old                  old, new              functions come to know the new one
promoting  new, old                  old, new, or new      the new token becomes the primary
retiring   new, old                  new                   webhooks signed with the old one still arrive
=========  ========================  ====================  =============================================

The step is stored before it begins, so a rotation that was interrupted anywhere continues with the next run.
Before the promotion it can be abandoned instead:

=========  ========================  ====================  =============================================
aborting   new, old                  old, new              the old token is put back
reverted   old, old                  old, new              functions come to know it; Twilio deletes the new
=========  ========================  ====================  =============================================
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from switchboard.twilio.outcome import Refused
from tools.rotate.parameters import AUTH_TOKEN, PREVIOUS_AUTH_TOKEN, ROTATION, Parameters, Step
from tools.rotate.webhook import accepts_webhook
from tools.stack.stack import Stack, StackError

SPREAD_SECONDS: Final = 330
"""Longer than functions remember a secret (SECRET_CACHE_SECONDS)."""

KEEP_SECONDS: Final = 600
"""How long the old token is accepted after the promotion: webhooks that it has signed may be under way."""

PROMOTION_SECONDS: Final = 60
"""After this, Twilio has done what it was asked for, also where its answer was lost."""

_LONGEST_PAUSE: Final = 5.0


@dataclass(frozen=True)
class Waits:
    """How long the two waits of a rotation are, in seconds."""

    spread: int = SPREAD_SECONDS
    keep: int = KEEP_SECONDS


class AuthTokenRotation:
    """One rotation, from where it stands to its end.

    Parameters
    ----------
    stack
    waits
    say
        Is told what is done, a line at a time; no secret is ever in it.
    replace_secondary
        Whether a secondary token that another has made is deleted.
    """

    def __init__(
        self, stack: Stack, waits: Waits, say: Callable[[str], None], *, replace_secondary: bool = False
    ) -> None:
        self._stack, self._waits, self._say = stack, waits, say
        self._replace_secondary = replace_secondary
        self._parameters = Parameters(stack)

    def run(self) -> None:
        """Rotate, or continue a rotation that was interrupted.

        Raises
        ------
        StackError
            It cannot go on; the message says why, and every webhook is accepted as before.
        """
        step = self._parameters.step()
        if step is None:
            self._begin()
            step = self._create(is_resumed=False)
        elif step.name == "creating":
            self._say("A rotation was interrupted while the new token was made: it goes on.")
            step = self._create(is_resumed=True)
        elif step.name in {"aborting", "reverted"}:
            raise StackError("this rotation is being abandoned: pass --abort again first")
        if step.name == "spreading":
            self._wait(step, self._waits.spread, "functions to know the new token")
            step = self._check()
        if step.name == "promoting":
            step = self._promote()
        self._wait(step, self._waits.keep, "webhooks that the old token has signed")
        self._retire()

    def abort(self) -> None:
        """Abandon a rotation that was interrupted, or continue to abandon it: the old token stays.

        Raises
        ------
        StackError
            There is none, or Twilio has promoted the new token already.
        """
        step = self._parameters.step()
        if step is None:
            raise StackError("no rotation is under way: there is nothing to abandon")
        if step.name == "promoting":
            self._wait(step, PROMOTION_SECONDS, "a promotion that may be under way")
        current, previous = self._tokens()
        old = previous or current
        if step.name == "retiring" or not self._stack.is_accepted(old):
            raise StackError(
                "Twilio has promoted the new token and refuses the old one: there is no way back; run the "
                "command without --abort, which finishes the rotation"
            )
        if previous:
            if step.name != "reverted":
                self._parameters.set_step("aborting")
                self._parameters.put(AUTH_TOKEN, old)
                step = self._parameters.set_step("reverted")
            self._wait(step, self._waits.spread, "functions to know the old token alone")
            self._delete_secondary(old)
        self._parameters.delete(PREVIOUS_AUTH_TOKEN)
        self._parameters.delete(ROTATION)
        self._say("All is as before the rotation: the old token is in SSM, and Twilio has no other.")

    def _begin(self) -> None:
        """Check that a rotation may begin."""
        current, previous = self._tokens()
        if not current:
            raise StackError(
                f"{self._stack.parameter_name(AUTH_TOKEN)} is missing: there is nothing to rotate"
            )
        if not self._stack.is_accepted(current):
            raise StackError(f"Twilio refuses the token in {self._stack.parameter_name(AUTH_TOKEN)}")
        if previous and previous != current:
            name = self._stack.parameter_name(PREVIOUS_AUTH_TOKEN)
            raise StackError(f"{name} holds another token: finish that rotation first, or delete it")

    def _create(self, *, is_resumed: bool) -> Step:
        current, previous = self._tokens()
        if not previous or previous == current:
            self._parameters.set_step("creating")
            self._parameters.put(PREVIOUS_AUTH_TOKEN, current)
            self._parameters.put(AUTH_TOKEN, self._new_token(current, is_resumed=is_resumed))
        self._say("The new token is in SSM, beside the old one; Twilio takes both.")
        return self._parameters.set_step("spreading")

    def _new_token(self, current: str, *, is_resumed: bool) -> str:
        """Have Twilio make the secondary token; one that an interrupted run has made is replaced."""
        if is_resumed or self._replace_secondary:
            self._delete_secondary(current)
        try:
            made = self._stack.twilio_with(current).accounts.v1.secondary_auth_token().create()
        except Refused as error:
            if error.status >= 500:
                raise  # Twilio may have made it: the next run replaces it.
            self._parameters.delete(PREVIOUS_AUTH_TOKEN)
            self._parameters.delete(ROTATION)
            raise StackError(
                f"Twilio makes no secondary token ({error.code}: {error.message}): if there is one that "
                "nobody uses, pass --replace-secondary"
            ) from None
        return str(made.secondary_auth_token)

    def _delete_secondary(self, token: str) -> None:
        try:
            self._stack.twilio_with(token).accounts.v1.secondary_auth_token().delete()
        except Refused as error:
            if error.status != 404:
                raise

    def _check(self) -> Step:
        """Check that Twilio takes the new token, and the application webhooks signed with both."""
        current, previous = self._tokens()
        if not self._stack.is_accepted(current):
            self._parameters.put(AUTH_TOKEN, previous)
            self._parameters.delete(ROTATION)
            raise StackError(
                "Twilio refuses the new token, which another must have deleted: the old one is in its place "
                f"again; delete {self._stack.parameter_name(PREVIOUS_AUTH_TOKEN)}, and begin anew"
            )
        for token in (previous, current):
            if not accepts_webhook(self._stack, token):
                raise StackError(
                    "the application refuses a webhook signed with one of the tokens: nothing was promoted; "
                    "run the command again in some minutes"
                )
        self._say("Twilio takes the new token, and the application takes webhooks signed with either.")
        return self._parameters.set_step("promoting")

    def _promote(self) -> Step:
        current, _ = self._tokens()
        try:
            self._stack.twilio_with(current).accounts.v1.auth_token_promotion().update()
        except Refused as error:
            # Not found: an interrupted run has promoted it, if Twilio takes it still.
            if error.status != 404 or not self._stack.is_accepted(current):
                raise
        self._say("The new token is the primary one: Twilio signs with it, and refuses the old one.")
        return self._parameters.set_step("retiring")

    def _retire(self) -> None:
        current, _ = self._tokens()
        if not self._stack.is_accepted(current):
            raise StackError(f"Twilio refuses the token in {self._stack.parameter_name(AUTH_TOKEN)}")
        self._parameters.delete(PREVIOUS_AUTH_TOKEN)
        self._parameters.delete(ROTATION)
        self._say("The old token is removed. The rotation is done.")

    def _wait(self, step: Step, seconds: int, for_what: str) -> None:
        left = self._left(step, seconds)
        if left > 0:
            self._say(f"Waiting {left:.0f} s for {for_what}; Ctrl-C interrupts, and the next run continues.")
        while (left := self._left(step, seconds)) > 0:
            pause(min(left, _LONGEST_PAUSE))

    def _left(self, step: Step, seconds: int) -> float:
        return seconds - (self._stack.now() - step.since) / 1000

    def _tokens(self) -> tuple[str, str]:
        return self._parameters.get(AUTH_TOKEN), self._parameters.get(PREVIOUS_AUTH_TOKEN)


def pause(seconds: float) -> None:
    """Let time pass."""
    time.sleep(seconds)
