"""Finding the stack that a command names: in AWS by its profile, or on this machine by its port."""

from pathlib import Path

import boto3

from local.http_messages import LocalError
from tools.deploy.account import Account, AccountError, configured_region
from tools.deploy.build import ROOT
from tools.deploy.profile import ProfileError, read_profile
from tools.stack.local_platform import LocalPlatform
from tools.stack.stack import Stack, StackError


def open_stack(profile: str, region: str, folder: Path, *, name: str = "") -> Stack:
    """Return a deployed stack.

    Parameters
    ----------
    profile
        As in ``switchboard deploy``.
    region
        Empty for the one that the profile was deployed to, else the configured one.
    folder
        Holds what ``switchboard deploy`` keeps of a profile.
    name
        The stack's name; empty for that of the profile.

    Raises
    ------
    StackError
        It is not there, or cannot be asked.
    """
    try:
        known = read_profile(ROOT, folder, profile)
        where = region or known.region or configured_region()
        if not where:
            raise StackError("region is missing: set AWS_REGION, pass --region, or configure one")
        Account(where)  # says in one line what is wrong with credentials
    except (AccountError, ProfileError) as error:
        raise StackError(str(error)) from None
    return Stack(name or known.stack_name, boto3.Session(region_name=where))


def open_local(port: int) -> Stack:
    """Return the platform on this machine.

    Raises
    ------
    StackError
        It does not answer.
    """
    try:
        platform = LocalPlatform(port)
    except (OSError, LocalError) as error:
        raise StackError(f"http://127.0.0.1:{port} does not answer ({error}): start `make run`") from None
    session = boto3.Session("local", "local", region_name=platform.region)
    described = session.client("cloudformation", **platform.client_options).describe_stacks()
    return Stack(described["Stacks"][0]["StackName"], session, platform)
