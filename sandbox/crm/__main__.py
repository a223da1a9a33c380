"""Starts a stand-in of a CRM: ``python -m sandbox.crm --crm hubspot --port 0 --announce``."""

import sys

from sandbox.crm.serve import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
