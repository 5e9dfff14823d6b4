"""The state of a channel and the events that change it: no AWS, no Twilio, no clock, no environment."""
