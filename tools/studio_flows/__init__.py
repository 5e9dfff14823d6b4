"""The Studio flows of ``config-files/studio``: drawing them, and creating and publishing them at Twilio."""
