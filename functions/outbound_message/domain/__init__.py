"""Messages, and the progress of their requests: no AWS, no Twilio, no clock."""
