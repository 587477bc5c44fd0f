"""supervisord, which starts in a third of the time without setuptools. Usage: that of supervisord.

It needs one call of theirs, which finds an object by its name. The process that is to run the stack also adopts its
orphaned descendants, as PID 1 does: Chromium's helpers lose their parent when it ends, and supervisord reaps every child
it has, so that they do not stay behind as zombies where PID 1 is slow or does not reap at all.
"""

import ctypes
import functools
import importlib
import os
import sys
from types import SimpleNamespace

PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


class EntryPoint:
    """An object of a module, written `name=module:object`."""

    def __init__(self, module: str, attributes: str):
        self.module, self.attributes = module, attributes

    @classmethod
    def parse(cls, text: str) -> "EntryPoint":
        module, _, attributes = text.partition("=")[2].strip().partition(":")
        return cls(module, attributes)

    def resolve(self):
        return functools.reduce(getattr, self.attributes.split("."), importlib.import_module(self.module))


if os.getpid() != 1 and ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
    sys.exit(f"PR_SET_CHILD_SUBREAPER: {os.strerror(ctypes.get_errno())}")
sys.modules["pkg_resources"] = SimpleNamespace(EntryPoint=EntryPoint)
supervisord = importlib.import_module("supervisor.supervisord")
supervisord.main()
