"""Taking a deployment down: what would be lost is shown, settings at Twilio are put back, data is kept."""
