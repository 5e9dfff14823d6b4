"""Results of surveys on the command line: tables, summaries, the index, and those of an older application."""
