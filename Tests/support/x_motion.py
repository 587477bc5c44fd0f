"""When movements of the pointer reach an X client."""

import ctypes
import threading
import time

from x_display import X11, XDisplay

MOTION_NOTIFY, POINTER_MOTION = 6, 1 << 6
COPY_FROM_PARENT, INPUT_ONLY, OVERRIDE_REDIRECT = 0, 2, 1 << 9


class MotionEvent(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong), ("root", ctypes.c_ulong), ("subwindow", ctypes.c_ulong), ("time", ctypes.c_ulong),
        ("x", ctypes.c_int), ("y", ctypes.c_int), ("x_root", ctypes.c_int), ("y_root", ctypes.c_int)]


class Event(ctypes.Union):
    _fields_ = [("motion", MotionEvent), ("space", ctypes.c_long * 24)]


class Attributes(ctypes.Structure):
    _fields_ = [("before", ctypes.c_byte * 88), ("override_redirect", ctypes.c_int), ("after", ctypes.c_byte * 20)]


X11.XCreateWindow.restype = ctypes.c_ulong
X11.XCreateWindow.argtypes = [
    ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 3, ctypes.c_int, ctypes.c_uint,
    ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(Attributes)]
X11.XSelectInput.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_long]
X11.XMapRaised.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
X11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
X11.XNextEvent.argtypes = [ctypes.c_void_p, ctypes.POINTER(Event)]


class MotionListener(XDisplay):
    """An invisible window over the whole screen that notes every movement on a thread of its own."""

    def __init__(self, name: str):
        super().__init__(name)
        attributes = Attributes(override_redirect=1)
        window = X11.XCreateWindow(
            self.display, self.root, 0, 0, *self.size, 0, 0, INPUT_ONLY, None, OVERRIDE_REDIRECT,
            ctypes.byref(attributes))
        X11.XSelectInput(self.display, window, POINTER_MOTION)
        X11.XMapRaised(self.display, window)
        X11.XSync(self.display, 0)

    def take(self, count: int) -> list[tuple[float, int, int]]:
        """The next movements: when each came, in seconds, and where to."""
        seen: list[tuple[float, int, int]] = []
        event = Event()
        while len(seen) < count:
            X11.XNextEvent(self.display, ctypes.byref(event))
            if event.motion.type == MOTION_NOTIFY:
                seen.append((time.perf_counter(), event.motion.x_root, event.motion.y_root))
        return seen

    def during(self, action, count: int) -> list[tuple[float, int, int]]:
        """What comes while `action()` makes so many movements."""
        acting = threading.Thread(target=action)
        acting.start()
        seen = self.take(count)
        acting.join()
        return seen
