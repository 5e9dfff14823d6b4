"""Requests of Flex and Twilio: one frozen model each."""
