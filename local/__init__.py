"""The whole application on one machine: no AWS account, no Twilio account, no Docker."""
