"""Calls to a SIP domain, sent where an editable, versioned map says."""
