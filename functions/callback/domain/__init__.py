"""Values and rules of callbacks: no AWS, no Twilio, no clock."""
