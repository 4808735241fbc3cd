"""The one place that wires: the window, the command line and, behind --engine, the child that runs the model."""

from __future__ import annotations

import sys


def main() -> None:
    # Before any other import: the child must start fast and hold nothing of the window.
    if sys.argv[1:2] == ["--engine"]:
        from app.engine.child import run

        run(sys.argv[2:])
    else:
        from app.commands.entry import run_commands

        run_commands()


if __name__ == "__main__":
    main()
