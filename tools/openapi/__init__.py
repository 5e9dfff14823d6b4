"""docs/openapi.yaml: what the HTTP API takes and answers, in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1).

=================  =======================================================================================
``document``       the whole document: routes of template.yaml, authenticators of the handlers, tables below
``operation``      what a table says about a route: its request model and its responses
``schemas``        JSON schemas of pydantic models, described by their docstrings
``responses``      the responses that every endpoint can give
a feature's name   the table of the feature's routes, and models of what they answer
``sip_replies``    what the admin routes of the SIP router answer
=================  =======================================================================================

A route that template.yaml has and no table describes is an error, and so is the reverse. The request models
are those that the handlers read (tests/unit/tools/test_openapi.py), and the local platform answers as the
document says (tests/integration/contract).
"""
