"""Becomes a program that adopts its orphaned descendants, as PID 1 would. Usage: as_subreaper.py PROGRAM [ARGUMENT…]

Chromium's helpers lose their parent when it ends; the supervisor, which reaps every child it has, then reaps them too,
so that they do not stay behind as zombies where PID 1 is slow or does not reap at all.
"""

import ctypes
import os
import sys

PR_SET_CHILD_SUBREAPER = 36  # prctl(2); kept over execve

if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
    sys.exit(f"PR_SET_CHILD_SUBREAPER: {os.strerror(ctypes.get_errno())}")
os.execvp(sys.argv[1], sys.argv[1:])
