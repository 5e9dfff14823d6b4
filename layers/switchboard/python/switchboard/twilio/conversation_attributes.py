"""The former names of what is in attributes.py."""

from switchboard.twilio.attributes import LONG_LIVED, RELEASED, merge_attributes

__all__ = ["LONG_LIVED", "RELEASED", "merge_attributes"]
