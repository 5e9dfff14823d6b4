"""The AWS account that is deployed to: who asks, the stack as it stands, and the secrets in SSM."""

import os
import secrets
from collections.abc import Mapping
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

AUTH_TOKEN: Final = "twilio-auth-token"
API_KEYS: Final = "api-keys"
_FEW = 100  # concurrent executions, of which AWS wants as many left unreserved
_FAILED_CREATE = "ROLLBACK_COMPLETE"
_ABSENT = ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE")


class AccountError(Exception):
    """The account cannot be asked, or refuses; the message says what to do."""


def configured_region() -> str:
    """Return the region of the user's environment or AWS configuration; empty where there is none."""
    try:
        # boto3 reads AWS_DEFAULT_REGION and the configuration, the AWS CLI AWS_REGION too.
        return os.environ.get("AWS_REGION") or str(boto3.Session().region_name or "")
    except BotoCoreError as error:
        raise AccountError(str(error)) from None


class Account:
    """One account in one region, by the user's own credentials.

    Parameters
    ----------
    region
        Where to look and deploy.

    Raises
    ------
    AccountError
        There are no credentials, or they are not accepted.
    """

    def __init__(self, region: str) -> None:
        self.region = region
        self._session: Any = boto3.Session(region_name=region)
        try:
            self.account_id = str(self._session.client("sts").get_caller_identity()["Account"])
        except (BotoCoreError, ClientError) as error:
            raise AccountError(
                f"AWS does not accept your credentials: {error}\n"
                "Log in first (aws sso login, aws configure), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY."
            ) from None

    def ready_stack(self, name: str) -> Mapping[str, str] | None:
        """Make sure that a stack can be deployed to.

        What is left of a create that failed is deleted: CloudFormation neither updates nor replaces it.

        Returns
        -------
        Mapping[str, str] or None
            The values of its parameters, secrets as asterisks; None where there is no stack yet.

        Raises
        ------
        AccountError
            It is being changed, or needs a decision of the operator's.
        """
        try:
            stack = self._session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except (BotoCoreError, ClientError) as error:
            if "does not exist" in str(error):
                return None
            raise AccountError(f"CloudFormation does not describe {name}: {error}") from None
        status = str(stack["StackStatus"])
        if status in _ABSENT:
            return None
        if status == _FAILED_CREATE:
            self._delete(name)
            return None
        if status.endswith("_IN_PROGRESS"):
            raise AccountError(f"{name} is being changed ({status}): try again when that is done")
        if status.endswith("_FAILED"):
            raise AccountError(
                f"{name} is in status {status}, which only you can end: see the events of the stack in the "
                "console, then continue its rollback or delete it"
            )
        return {item["ParameterKey"]: item["ParameterValue"] for item in stack.get("Parameters", ())}

    def _delete(self, name: str) -> None:
        client = self._session.client("cloudformation")
        try:
            client.delete_stack(StackName=name)
            client.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 5})
        except (BotoCoreError, ClientError) as error:
            raise AccountError(f"what is left of a failed create cannot be deleted: {error}") from None

    def discard_changes(self, name: str) -> bool:
        """Delete the change sets of a stack that were shown and not executed.

        Returns
        -------
        bool
            Whether there were any: SAM CLI succeeds, too, where the operator declines.

        Raises
        ------
        AccountError
            CloudFormation does not do it.
        """
        client = self._session.client("cloudformation")
        try:
            listed = client.list_change_sets(StackName=name)["Summaries"]
            declined = [item["ChangeSetName"] for item in listed if item["ExecutionStatus"] == "AVAILABLE"]
            for change_set in declined:
                client.delete_change_set(StackName=name, ChangeSetName=change_set)
        except (BotoCoreError, ClientError) as error:
            raise AccountError(f"change sets of {name} cannot be deleted: {error}") from None
        return bool(declined)

    def missing_secrets(self, stage: str) -> list[str]:
        """Return which of the secrets that functions need are not in SSM, by the last part of their names.

        Raises
        ------
        AccountError
            SSM does not say.
        """
        names = {_parameter(stage, secret): secret for secret in (AUTH_TOKEN, API_KEYS)}
        try:
            answer = self._session.client("ssm").get_parameters(Names=list(names))
        except (BotoCoreError, ClientError) as error:
            raise AccountError(f"SSM cannot be asked for the secrets: {error}") from None
        return [names[name] for name in answer["InvalidParameters"]]

    def put_secret(self, stage: str, secret: str, value: str) -> None:
        """Put a secret into SSM, where functions read it; nothing else keeps it.

        Raises
        ------
        AccountError
            SSM does not take it.
        """
        name = _parameter(stage, secret)
        try:
            self._session.client("ssm").put_parameter(Name=name, Value=value, Type="SecureString")
        except (BotoCoreError, ClientError) as error:
            raise AccountError(f"SSM does not take {name}: {error}") from None

    def make_api_key(self, stage: str) -> None:
        """Put a random API key into SSM.

        Raises
        ------
        AccountError
            SSM does not take it.
        """
        self.put_secret(stage, API_KEYS, secrets.token_hex(32))

    def few_executions(self) -> int | None:
        """Return how many functions the account may run at once, if that is few and known; else None."""
        try:
            limits = self._session.client("lambda").get_account_settings()["AccountLimit"]
        except (BotoCoreError, ClientError):
            return None
        limit = int(limits["ConcurrentExecutions"])
        return limit if limit <= _FEW else None


def _parameter(stage: str, secret: str) -> str:
    return f"/switchboard/{stage}/{secret}"
