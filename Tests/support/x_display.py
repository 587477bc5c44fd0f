"""What the X server itself says about mouse and keyboard, asked through a connection of the tests' own."""

import ctypes

X11 = ctypes.CDLL("libX11.so.6")
X11.XOpenDisplay.restype = ctypes.c_void_p
X11.XOpenDisplay.argtypes = [ctypes.c_char_p]
X11.XDefaultRootWindow.restype = ctypes.c_ulong
X11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
X11.XCloseDisplay.argtypes = [ctypes.c_void_p]
X11.XQueryPointer.argtypes = [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_void_p] * 7
X11.XQueryKeymap.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
X11.XDisplayWidth.argtypes = X11.XDisplayHeight.argtypes = [ctypes.c_void_p, ctypes.c_int]

#: The bits of the pointer's mask that stand for buttons 1 to 3 (X11 protocol, SETofKEYBUTMASK).
BUTTONS = {"left": 1 << 8, "middle": 1 << 9, "right": 1 << 10}


class XDisplay:
    def __init__(self, name: str):
        self.display = X11.XOpenDisplay(name.encode())
        assert self.display, f"no X server at {name}"
        self.root = X11.XDefaultRootWindow(self.display)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        X11.XCloseDisplay(self.display)

    @property
    def size(self) -> tuple[int, int]:
        return X11.XDisplayWidth(self.display, 0), X11.XDisplayHeight(self.display, 0)

    @property
    def position(self) -> tuple[int, int]:
        return self._query()[:2]

    @property
    def buttons(self) -> set[str]:
        mask = self._query()[2]
        return {name for name, bit in BUTTONS.items() if mask & bit}

    @property
    def keys(self) -> set[int]:
        """Keycodes that are down."""
        keymap = ctypes.create_string_buffer(32)
        X11.XQueryKeymap(self.display, keymap)
        return {code for code in range(256) if keymap.raw[code // 8] >> code % 8 & 1}

    def _query(self) -> tuple[int, int, int]:
        windows = (ctypes.c_ulong * 2)()
        x, y, window_x, window_y = (ctypes.c_int() for _ in range(4))
        mask = ctypes.c_uint()
        X11.XQueryPointer(
            self.display, self.root, ctypes.byref(windows), ctypes.byref(windows, 8), ctypes.byref(x), ctypes.byref(y),
            ctypes.byref(window_x), ctypes.byref(window_y), ctypes.byref(mask))
        return x.value, y.value, mask.value
