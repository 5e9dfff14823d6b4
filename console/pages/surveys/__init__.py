"""The page Surveys."""
