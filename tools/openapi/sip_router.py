"""The routes of the SIP router."""

from typing import Final

from sip_router.requests.admin import (
    BuildRequest,
    DiffRequest,
    HistoryRequest,
    ListRequest,
    RollbackRequest,
    TrialRequest,
    UpdateRequest,
)
from sip_router.requests.webhooks import CallStatus, FirstOutcome, SipCall
from tools.openapi.operation import (
    FORM,
    JSON,
    Feature,
    Operation,
    Response,
    json_response,
    redirect_response,
    twiml_response,
)
from tools.openapi.responses import Error
from tools.openapi.sip_replies import (
    BuildStatus,
    Difference,
    ListedRoutes,
    Outdated,
    Publication,
    Restored,
    SavedVersion,
    TriedCall,
    VersionPage,
)

_UNKNOWN: Final = {404: json_response("There is no such version.", Error)}
_LARGE: Final = "JSON up to 24 MiB, packed by gzip on the way where it is larger than 6 MB."
_ROUTE: Final = Operation(
    summary="Say where a SIP call goes",
    description="The webhook *A call comes in* of a SIP domain.",
    fields=SipCall,
    media_types=(FORM,),
    responses={200: twiml_response("TwiML for the destination of the address, or an apology.")},
)

FEATURE: Final = Feature(
    tag="SIP router",
    description="Where calls to addresses of a SIP domain go: a route table with versions.",
    page="sip-router.md",
    operations={
        "POST /inbound-sip-router": _ROUTE,
        "GET /inbound-sip-router": _ROUTE,
        "POST /inbound-sip-router/fallback": Operation(
            summary="Say where a call goes that its destination did not take",
            description="The URL is named by our own TwiML, and carries the fallback of the route.",
            fields=FirstOutcome,
            media_types=(FORM,),
            responses={200: twiml_response("TwiML for the fallback, or what ends the call.")},
        ),
        "POST /status-callback": Operation(
            summary="Let Studio end its execution of a SIP call",
            description="The webhook *Call Status Changes* of a SIP domain.",
            fields=CallStatus,
            media_types=(FORM,),
            responses={
                302: redirect_response("Twilio goes on to the flow that had the call."),
                204: Response("The call went to no flow of this account."),
            },
        ),
        "POST /admin/list": Operation(
            summary="Read the route table",
            fields=ListRequest,
            responses={200: json_response("The route table.", ListedRoutes), **_UNKNOWN},
        ),
        "POST /admin/versions": Operation(
            summary="List the versions of the route table",
            fields=HistoryRequest,
            responses={200: json_response("A page, newest first.", VersionPage)},
        ),
        "POST /admin/diff": Operation(
            summary="Compare two versions, or a version with a route table that is not saved",
            description=_LARGE,
            fields=DiffRequest,
            media_types=(JSON, FORM),
            responses={200: json_response("The differences.", Difference), **_UNKNOWN},
        ),
        "POST /admin/test": Operation(
            summary="Ask where a call would go",
            fields=TrialRequest,
            responses={
                200: json_response("The route and the destination.", TriedCall),
                409: json_response("No route matches, and the default route cannot be used.", Error),
                **_UNKNOWN,
            },
        ),
        "POST /admin/update": Operation(
            summary="Save a route table as a new version",
            description=f"Calls do not follow it before it is published. {_LARGE}",
            fields=UpdateRequest,
            media_types=(JSON,),
            responses={
                200: json_response("It is saved.", SavedVersion),
                409: Response("`version` is not the latest: somebody else has saved.", {JSON: Outdated}),
            },
        ),
        "POST /admin/update-status": Operation(
            summary="Ask whether a version is complete",
            fields=BuildRequest,
            responses={200: json_response("It is.", BuildStatus), **_UNKNOWN},
        ),
        "POST /admin/publish": Operation(
            summary="Let calls follow a version",
            fields=BuildRequest,
            responses={
                200: json_response("Calls follow it within seconds.", Publication),
                409: json_response("A later version is live, or others are saving at this moment.", Error),
                **_UNKNOWN,
            },
        ),
        "POST /admin/rollback": Operation(
            summary="Go back to an older version's route table",
            fields=RollbackRequest,
            responses={
                200: json_response("A new version has that route table, and calls follow it.", Restored),
                409: json_response("Others are saving at this moment.", Error),
                **_UNKNOWN,
            },
        ),
    },
)
