"""Words and numbers as people say and write them in many languages. Knows no survey."""
