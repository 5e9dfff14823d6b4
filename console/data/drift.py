"""What `switchboard status` finds: differences from switchboard.toml, and what is unhealthy."""

from collections.abc import Sequence

from console.context import Console
from tools.configure.checks.finding import Finding
from tools.configure.health import findings
from tools.configure.settings import Settings, read_settings

_ORDER = ("problem", "unknown", "note", "ok")


def load_findings(console: Console) -> Sequence[Finding]:
    """Return what was found, problems first.

    Without switchboard.toml nothing is compared, and all else is checked.
    """
    file = console.settings_file
    settings = read_settings(file) if file.exists() else Settings()
    found = findings(console.stack, settings, file.parent)
    if not file.exists():
        found = (finding for finding in found if finding.check != "file" or finding.state != "ok")
    return sorted(found, key=lambda finding: _ORDER.index(finding.state))
