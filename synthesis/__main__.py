import signal
import sys

from .command_line import main

signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: nothing unfinished is left behind
sys.exit(main(sys.argv[1:]))
