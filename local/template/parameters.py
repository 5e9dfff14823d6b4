"""Local values of what a deployer enters: template parameters, secrets and numbers."""

import hashlib
import os
from collections.abc import Mapping

REGION = "us-east-1"
AWS_ACCOUNT_ID = "000000000000"
LAMBDA_KEY = "AKIALOCALLAMBDA00000"
PLATFORM_KEY = "AKIALOCALPLATFORM000"
SECRET_KEY = "local"
STACK_NAME = "switchboard-local"
PUBLIC_HOST = "switchboard.test"
PUBLIC_BASE_URL = f"https://{PUBLIC_HOST}"

# From the range that the North American plan keeps for fiction, so that no message ever reaches a person.
SURVEY_NUMBER = "+12025550100"
STUDIO_NUMBER = "+12025550101"
FLEX_NUMBER = "+12025550102"
SIP_DOMAIN = "switchboard.sip.twilio.com"
FLEX_SIP_DOMAIN = "switchboard-flex.sip.twilio.com"

STUDIO_FLOW_NUMBERS: Mapping[str, str] = {
    "menu": "+12025550103",
    "callback": "+12025550104",
    "voicemail": "+12025550105",
    "sip-to-flex": f"sip:{FLEX_SIP_DOMAIN}",
}
"""File in ``config-files/studio`` → the number or SIP domain that is connected to it on this machine."""


def _made_up(name: str, length: int = 32) -> str:
    """Derive a stable hex string, so that SIDs and keys stay the same from run to run."""
    return hashlib.sha256(f"switchboard local {name}".encode()).hexdigest()[:length]


ACCOUNT_SID = "AC" + _made_up("account")
AUTH_TOKEN = _made_up("auth token")
API_KEY = "local-" + _made_up("api key")
MESSAGING_SERVICE_SID = "MG" + _made_up("messaging service")
WORKSPACE_SID = "WS" + _made_up("workspace")
WORKFLOW_SID = "WW" + _made_up("workflow")
OUTBOUND_FLOW_SID = "FW" + _made_up("flow for replies")
FLEX_TOKENS: Mapping[str, str] = {
    "admin": "local-flex-admin-" + _made_up("flex admin"),
    "agent": "local-flex-agent-" + _made_up("flex agent"),
}

TEMPLATE_PARAMETERS: Mapping[str, str] = {
    "Stage": "local",
    "TwilioAccountSid": ACCOUNT_SID,
    "MessagingSender": MESSAGING_SERVICE_SID,
    "CallerId": SURVEY_NUMBER,
    "WorkspaceSid": WORKSPACE_SID,
    "CallbackWorkflowSid": WORKFLOW_SID,
    "OutboundWorkflowSid": WORKFLOW_SID,
    "OutboundFlowSid": OUTBOUND_FLOW_SID,
    "IvrRetrySeconds": "1,1,1,2,5,10,30,60",
    "ArchiveIvrPaths": "true",
    "ArchiveSurveyResults": "true",
    "ForwardUrl": os.environ.get("FORWARD_URL") or f"{PUBLIC_BASE_URL}/_local/operator",
    "ForwardSecret": "local-" + _made_up("forward secret"),
}
"""Values for template parameters that have no default, or whose default does not fit one machine."""

SECRETS: Mapping[str, str] = {
    "AUTH_TOKEN_PARAMETER": AUTH_TOKEN,
    "API_KEYS_PARAMETER": API_KEY,
}
"""Function environment variable that names an SSM SecureString → the secret stored under that name."""
