"""The keyboard of the display as it is, and changes to it that are undone."""

import ctypes
import os
import subprocess
from contextlib import contextmanager

CORE_KEYBOARD = 0x100
CAPS_LOCK = 1 << 1
NUM_LOCK = 1 << 4


class State(ctypes.Structure):
    """XkbStateRec of `X11/extensions/XKBstr.h`."""

    _fields_ = [
        ("group", ctypes.c_ubyte), ("locked_group", ctypes.c_ubyte), ("base_group", ctypes.c_ushort),
        ("latched_group", ctypes.c_ushort), ("mods", ctypes.c_ubyte), ("base_mods", ctypes.c_ubyte),
        ("latched_mods", ctypes.c_ubyte), ("locked_mods", ctypes.c_ubyte), ("rest", ctypes.c_ubyte * 8)]


@contextmanager
def display():
    library = ctypes.CDLL("libX11.so.6")
    library.XOpenDisplay.restype = ctypes.c_void_p
    opened = ctypes.c_void_p(library.XOpenDisplay(None))
    assert opened, f"there is no display {os.environ['DISPLAY']}"
    try:
        yield library, opened
    finally:
        library.XCloseDisplay(opened)


def state() -> State:
    with display() as (library, opened):
        result = State()
        library.XkbGetState(opened, CORE_KEYBOARD, ctypes.byref(result))
        return result


def set_locks(modifiers: int) -> None:
    with display() as (library, opened):
        library.XkbLockModifiers(opened, CORE_KEYBOARD, CAPS_LOCK | NUM_LOCK, modifiers)
        library.XSync(opened, 0)


def set_group(group: int) -> None:
    with display() as (library, opened):
        library.XkbLockGroup(opened, CORE_KEYBOARD, group)
        library.XSync(opened, 0)


@contextmanager
def locked(modifiers: int):
    set_locks(modifiers)
    try:
        yield
    finally:
        set_locks(0)


@contextmanager
def layout(*arguments: str, group: int = 0):
    """The layout that `setxkbmap` makes of the arguments, with one of its groups active."""
    before = subprocess.run(["xkbcomp", os.environ["DISPLAY"], "-"], check=True, capture_output=True).stdout
    subprocess.run(["setxkbmap", *arguments], check=True)
    set_group(group)
    try:
        yield
    finally:
        set_group(0)
        subprocess.run(
            ["xkbcomp", "-w", "0", "-", os.environ["DISPLAY"]], check=True, input=before, capture_output=True)


def keymap() -> list[str]:
    return subprocess.run(
        ["xmodmap", "-pke"], check=True, capture_output=True, text=True).stdout.splitlines()


def pressed() -> list[int]:
    """The keycodes that are down."""
    with display() as (library, opened):
        keys = ctypes.create_string_buffer(32)
        library.XQueryKeymap(opened, keys)
        return [index for index in range(256) if keys.raw[index // 8] >> index % 8 & 1]
