"""`python -m boxgrader`."""

import sys

from boxgrader.cli import main

sys.exit(main())
