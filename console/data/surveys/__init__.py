"""Surveys for the console: results, one respondent, starts and campaigns."""
