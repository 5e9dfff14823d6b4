"""Surveys and sessions that the tests of the survey share."""

from survey.domain import prompt_file, question_file
from survey.domain.definition import Definition, Medium, Prompts
from survey.domain.engine import start_session
from survey.domain.session import Session

NOW = 1_700_000_000_000
LIFETIME = 86_400_000

CONFIG = b"""{"questions": [
  {"questionName": "questionRate", "questionType": "dtmf", "range": {"min": 1, "max": 5}},
  {"questionName": "questionAgain", "questionType": "speech", "choices": ["yes", "no"]},
  {"questionName": "questionWhy", "questionType": "speech"}
]}"""

MINIMAL_CONFIG = b"""{"questions": [
  {"questionName": "questionServiceRate", "questionType": "dtmf"},
  {"questionName": "questionComment", "questionType": "speech"}
]}"""

ENGLISH = """language=en-US
voice=Polly.Joanna
welcome=Welcome.
languageOption=Para español, oprima 9 o diga
languageOptionSMS=Reply GO, or ES para español.
welcomeContinue=Go, start
languageOptionLanguageName=Español
languageOptionVoice=Polly.Mia
languageOptionLanguage=es-MX
languageOptionLanguageReply=es, español
beginSurvey=Let us begin.
firstQuestion=First:
nextQuestion=Next:
lastQuestion=Last:
surveyCompletedAlready=Done already.
finalGoodbye=Goodbye.
questionRate=How was it?
questionAgain=Again?
questionAgainChoices="yes=yes|yeah, no=no|nope"
questionWhy=Why?
"""

SPANISH = """language=es-MX
voice=Polly.Mia
welcome=Bienvenido.
languageOption=For English press 9 or say
languageOptionSMS=Responda VA, o EN for English.
welcomeContinue=va
languageOptionLanguageName=English
languageOptionVoice=Polly.Joanna
languageOptionLanguage=en-US
languageOptionLanguageReply=en, english
beginSurvey=Empecemos.
firstQuestion=Primera:
nextQuestion=Siguiente:
lastQuestion=Última:
surveyCompletedAlready=Ya contestó.
finalGoodbye=Hasta luego.
questionRate=¿Qué tal?
questionAgain=¿Otra vez?
questionAgainChoices="yes=sí|claro, no=no"
questionWhy=¿Por qué?
"""

MINIMAL_PROMPTS = """welcome=Welcome.
questionServiceRate=Rate us
questionComment=Any comment
"""


def definition(language: str = "en-US", config: bytes = CONFIG, prompts: str | None = None) -> Definition:
    """Return a survey as its files define it."""
    questions = question_file.parse(config, "survey-config.json")

    def read(text: str, code: str) -> Prompts:
        return prompt_file.parse(text.encode(), f"survey-{code}.env", code, questions)

    if prompts is not None:
        return Definition("default", questions, read(prompts, language))
    texts = {"en-US": read(ENGLISH, "en-US"), "es-MX": read(SPANISH, "es-MX")}
    other = "en-US" if language == "es-MX" else "es-MX"
    return Definition("default", questions, texts[language], texts[other])


def entered(
    survey: Definition, medium: Medium = "sms", previous: Session | None = None, now: int = NOW
) -> Session:
    """Return a session as it is when a respondent enters."""
    return start_session(
        survey,
        previous=previous,
        respondent="+15555550123",
        medium=medium,
        session_id=f"{previous.version if previous else 0:032x}",
        now=now,
        lifetime=LIFETIME,
    )
