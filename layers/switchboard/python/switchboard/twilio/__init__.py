"""The door to Twilio's REST API: verbs with typed results, one module a product.

outcome.py has the errors of all verbs; attributes.py reads, merges and writes attributes; rest_client.py has
the client, and http_client.py sends requests: retries, the caller's deadline, renewed credentials.
"""
