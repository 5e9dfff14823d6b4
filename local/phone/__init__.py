"""Telephones on one machine: they place and take calls, carry out TwiML, and send and receive texts."""
