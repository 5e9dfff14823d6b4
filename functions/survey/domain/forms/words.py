"""Answers in the respondent's own words: said, typed or recorded."""

from typing import Final

from survey.domain.answers import Reply
from survey.domain.definition import Medium, Prompts, Question
from survey.domain.forms.form import AnswerForm, GatherOptions, RecordOptions, fill
from survey.domain.language.spelling import primary_language

_TRANSCRIBED_LANGUAGE: Final = "en"
"""The language in which Record transcribes (https://www.twilio.com/docs/voice/twiml/record#transcribe)."""


def is_transcribed(question: Question, prompts: Prompts) -> bool:
    """Tell whether Twilio transcribes a recording: where the question says so, else in English."""
    if question.transcribe is not None:
        return question.transcribe
    return primary_language(prompts.spoken_language) == _TRANSCRIBED_LANGUAGE


def _check_text(question: Question, reply: Reply, _prompts: Prompts) -> str | None:
    text = reply.cleaned().text
    is_long_enough = len(text) >= (question.fewest or 1)
    return text if is_long_enough and (question.most is None or len(text) <= question.most) else None


def _explain_text(question: Question, prompts: Prompts, medium: Medium) -> str:
    if question.fewest is None and question.most is None:
        return prompts.text("wrongAnswerText", medium)
    if question.most is None:
        return fill(prompts.text("wrongAnswerShort", medium), min=question.fewest)
    return fill(prompts.text("wrongAnswerLength", medium), min=question.fewest or 1, max=question.most)


def _listen_for_words(_question: Question, prompts: Prompts) -> GatherOptions:
    # If Twilio recognises no speech in the language, a caller can only answer with a key.
    return GatherOptions(0 if prompts.speech_language else 1, prompts.speech_language)


def _check_recording(_question: Question, reply: Reply, _prompts: Prompts) -> str | None:
    return reply.recording.url if reply.recording else reply.cleaned().text or None


WORDS: Final = AnswerForm(
    lambda _question, reply, _prompts: reply.cleaned().text,
    lambda _question, prompts, medium: prompts.text("wrongAnswerText", medium),
    _listen_for_words,
)
TEXT: Final = AnswerForm(_check_text, _explain_text, _listen_for_words)
RECORDING: Final = AnswerForm(
    _check_recording,
    lambda _question, prompts, medium: prompts.text("wrongAnswerText", medium),
    lambda question, prompts: RecordOptions(question.seconds, is_transcribed(question, prompts)),
)
