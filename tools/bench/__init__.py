"""What each webhook costs: calls, invocations, CPU and cold start."""
