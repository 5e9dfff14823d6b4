"""The page of SIP routes: the list with its draft, the form of a route, trials, the history."""
