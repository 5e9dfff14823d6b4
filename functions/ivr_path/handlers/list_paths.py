"""GET /ivr-paths: records by flow and time, newest first, a page at a time."""

from ivr_path.path_reader import read_documents
from ivr_path.requests.list_paths import ListPaths, cursor_after
from switchboard.http.auth import ApiKey
from switchboard.http.endpoint import endpoint
from switchboard.http.reply import Reply, json_reply
from switchboard.http.request import Request
from switchboard.inputs.model import read


@endpoint(ApiKey())
def handler(request: Request) -> Reply:
    """Answer ``{"items": [record, …], "cursor": …}``; a cursor that is null means that there are no more.

    Records in a list come without their widgets' data, which GET /ivr-paths/{callSid} gives.
    """
    page = read_documents(read(ListPaths, request.query).to_query())
    return json_reply({"items": page.items, "cursor": cursor_after(page.last)})
