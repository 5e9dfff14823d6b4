"""Results of a survey as a table: entries of the index, rows and columns, and their summary."""
