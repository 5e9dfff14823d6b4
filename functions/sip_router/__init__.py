"""Calls to a SIP domain, sent to the destinations that an editable, versioned route table names."""
