"""Values of the placeholders in flow definitions, as an account has them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from local.twilio.studio.flow_files import placeholders, render
from switchboard.twilio.outcome import none_if_missing
from tools.studio_flows.publisher import FlowError

if TYPE_CHECKING:
    from twilio.rest import Client

FLEX_WORKFLOW: Final = "assign to anyone"
"""The workflow that every Flex account begins with, in lower case."""


def rendered(
    client: "Client",
    definition: Mapping[str, Any],
    api_url: str,
    workflow: str = "",
    task_channel: str = "voice",
) -> dict[str, Any]:
    """Return a definition with the account's values in place of its placeholders.

    Parameters
    ----------
    client
        The REST client of the account, which is only asked for what the definition needs.
    api_url
        The application's public URL, without a slash at its end.
    workflow
        SID or name of the workflow; without one it is Flex's own, or the only one.
    task_channel
        Unique name or SID of the task channel.

    Raises
    ------
    FlowError
        The account has no such workflow or channel, or several.
    local.twilio.studio.flow_files.FlowFileError
        There is a placeholder of another name.
    """
    values = {"ApiUrl": api_url}
    needed = placeholders(definition)
    if needed & {"WorkflowSid", "TaskChannelSid"}:
        workspace_sid, workflow_sid = _workflow(client, workflow)
        workspace = client.taskrouter.v1.workspaces(workspace_sid)
        values["WorkflowSid"] = workflow_sid
        if "TaskChannelSid" in needed:
            found = none_if_missing(lambda: workspace.task_channels(task_channel).fetch())
            if found is None:
                raise FlowError(f"workspace {workspace_sid} has no task channel {task_channel}")
            values["TaskChannelSid"] = str(found.sid)
    return render(definition, values)


def _workflow(client: "Client", wanted: str) -> tuple[str, str]:
    """Return the SIDs of a workspace and of the workflow in it that is meant."""
    found = [
        (str(workspace.sid), str(one.sid), str(one.friendly_name))
        for workspace in client.taskrouter.v1.workspaces.list()
        for one in client.taskrouter.v1.workspaces(str(workspace.sid)).workflows.list()
    ]
    names = {wanted.lower()} if wanted else {FLEX_WORKFLOW}
    matching = [one for one in found if one[1] == wanted or one[2].lower() in names]
    if not matching and not wanted:
        matching = found
    if len(matching) == 1:
        return matching[0][:2]
    if wanted and not matching:
        raise FlowError(f"the account has no workflow {wanted}; it has {_listed(found)}")
    raise FlowError(f"several workflows could be meant: {_listed(matching or found)}; name one by its SID")


def _listed(workflows: Iterable[tuple[str, str, str]]) -> str:
    return ", ".join(f"{name} ({sid})" for _, sid, name in workflows) or "none"
