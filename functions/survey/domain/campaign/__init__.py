"""Campaigns: a survey that is sent to a list of people. Rules without AWS, Twilio, clock or environment."""
