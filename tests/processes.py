"""The operating system's list of processes, for tests of the processes that the platform leaves behind."""

import subprocess


def descendants(pid: int) -> set[int]:
    """Return the processes below one, from the operating system's own list."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    """Return those that still run."""
    listed = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    states = {int(pid): state for pid, state in (line.split() for line in listed.splitlines())}
    return {pid for pid in pids if states.get(pid, "Z")[0] != "Z"}
