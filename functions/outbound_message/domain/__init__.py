"""What a message is and what Twilio says of it: no AWS, no Twilio, no clock."""
