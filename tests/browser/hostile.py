"""Words that break a page which takes them for HTML, a template, a script or a format."""

from typing import Final

HOSTILE: Final = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></pre><svg onload=alert(3)>"
    "\N{RIGHT-TO-LEFT OVERRIDE}{{constructor.constructor('alert(4)')()}}`${alert(5)}` " + "A" * 1400
)
