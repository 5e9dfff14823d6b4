"""The form of survey-config.json, as models, and how they are read."""
