"""Credentials as a restored environment gets them: over HTTP, as those of the snapshot have expired.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html#snapstart-credentials
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.template.parameters import LAMBDA_KEY, SECRET_KEY


@contextmanager
def credentials_endpoint() -> Iterator[str]:
    """Serve credentials; yield the URL, to which each process adds a name of its own.

    Those that a process gets first have expired by the time it is restored.
    """
    known: set[str] = set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            lasts = timedelta(hours=6) if self.path in known else timedelta(0)
            known.add(self.path)
            content = json.dumps(
                {
                    "AccessKeyId": LAMBDA_KEY,
                    "SecretAccessKey": SECRET_KEY,
                    "Token": "restored",
                    "Expiration": (datetime.now(UTC) + lasts).isoformat(),
                }
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True, name="credentials").start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
