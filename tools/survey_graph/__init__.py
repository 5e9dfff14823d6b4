"""The graph of all ways through a survey: checked by check-config, drawn by ``survey graph``."""
