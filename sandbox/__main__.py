"""Starts the sandbox: ``python -m sandbox --port 8025``."""

import sys

from sandbox.serve import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
