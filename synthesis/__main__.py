import sys

from .arguments import heed_signals
from .command_line import main

heed_signals()
sys.exit(main(sys.argv[1:]))
