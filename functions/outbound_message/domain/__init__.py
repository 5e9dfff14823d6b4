"""What a message is, and how far a request came with it: no AWS, no Twilio, no clock."""
