"""`serve`: Prefect, its server and our deployments. The one module that knows the flows."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("serve")(serve)


def serve() -> int:
    """Run Prefect's server and serve the deployments.

    Prints the address of its page, where flows are started and watched.
    """
    # here and nowhere else: importing Prefect takes longer than most commands
    from flows.serving import serve as serve_flows

    serve_flows()
    return 0
