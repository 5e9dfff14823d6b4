"""What comes from outside, as frozen pydantic models: requests, webhooks, events, stored documents, files.

=================  ==================================================================================
``types``          annotated types that are ready for use: E164, CallSid, Moment, Flag, LanguageTag …
``forms``          forms to annotate a type with: WholeNumber(1, 100), Text(2000), Sid("SM", "MM") …
``model``          RequestModel, WebhookModel, EventModel, ConfigModel; read, read_request, parse
``errors``         the one wording, ``<field>: <what is wrong>``; WrongField, InputError
``files``          read_json: a ConfigModel out of a file; problems have a file, a line and a key
``opening_hours``  when a team or a route is open
=================  ==================================================================================

How to write a model
--------------------
- One class a request, in the feature's ``requests/``. ``RequestModel`` names fields on the wire in camelCase
  (``number_to_call`` is ``numberToCall``, ``from_`` is ``from``), ``WebhookModel`` in PascalCase
  (``CallSid``, ``From``). Another name: ``Field(alias="conversation_id")``. Several:
  ``Field(validation_alias=AliasChoices("RecordingSid", "recordingSid"))``; the first that has a value counts.
- A field without a default is required: "is missing". A blank value, and JSON's null, count as absent.
  ``absent: ClassVar = JAVASCRIPT_ABSENT`` makes "undefined" and "null" count as absent, too. In an
  ``EventModel`` or a ``ConfigModel`` only null is absent.
- An optional field is ``CallSid | None = None``. ``Annotated[int | None, WholeNumber(0, 86400), OrNone()]``
  reads a value that does not fit as None, where a webhook must not be refused for it.
- ``int``, ``bool`` and ``float`` alone are refused when the class is made, because pydantic takes ``yes`` and
  ``1.0`` for them: use ``WholeNumber``, ``Flag`` or pydantic's ``Strict()``. A choice is a ``Literal``; lists
  are ``tuple[X, ...]``; kinds that a field tells apart are ``Annotated[A | B, Field(discriminator="type")]``.
- A check of one field is a ``field_validator`` that raises ``ValueError("must be …")``; a check of several is
  a ``model_validator(mode="after")`` that raises ``WrongField("toNumber", "must not be fromNumber")``. Never
  quote the value.
- Call ``read(Model, request.params)`` where all values are texts, ``read_request(Model, request)`` where JSON
  has types; both raise `BadRequest`. Call ``parse(Model, document)`` for events and stored documents; it
  raises `InputError`.
- Define models at module level: they are built in INIT, before the snapshot. A model is made in code by its
  Python names, ``Model(number_to_call="+1…")``; ``model_dump(mode="json", exclude_none=True)`` writes it.

Example
-------
    >>> from typing import Annotated
    >>> from switchboard.inputs.forms import WholeNumber
    >>> from switchboard.inputs.model import RequestModel, read
    >>> from switchboard.inputs.types import E164, WorkflowSid
    >>> class CallbackRequest(RequestModel):
    ...     number_to_call: E164
    ...     workflow_sid: WorkflowSid | None = None
    ...     timeout: Annotated[int, WholeNumber(1, 1_209_600)] = 86400
    >>> read(CallbackRequest, {"numberToCall": " 15550100123", "workflowSid": "", "timeout": "60"})
    CallbackRequest(number_to_call='+15550100123', workflow_sid=None, timeout=60)
    >>> read(CallbackRequest, {"timeout": "1.0"})
    Traceback (most recent call last):
    switchboard.errors.BadRequest: numberToCall: is missing; timeout: must be a whole number from 1 to 1209600
"""
