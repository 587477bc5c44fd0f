"""A page in the running browser that tells what mouse and keyboard did to it."""

from waiting import eventually


class InputPage:
    """Opens `input.html`; points are pixels of the screen."""

    def __init__(self, api, page, site):
        self.page = page
        page.goto(f"{site.url}/input.html")
        self.x, self.y = 900, 600
        eventually(lambda: self._moved(api), timeout=30, interval=0.1)
        self.forget()

    def _moved(self, api) -> bool:
        """Whether a movement has reached the page, which says where it lies on the screen. Chromium drops the mouse's
        events until a new page has been painted, so one movement is not enough."""
        for x in (self.x - 1, self.x):
            assert api.post("/computer/move_mouse", json={"x": x, "y": self.y, "smooth": False}).ok
        return self.page.evaluate(f"seen.at(-1)?.screenX === {self.x}")

    def forget(self) -> None:
        """What has been seen until now."""
        self.page.evaluate("seen.length = 0")

    def seen(self, *types: str) -> list[dict]:
        events = self.page.evaluate("seen")
        return [event for event in events if not types or event["type"] in types]

    def wait_for(self, type: str, count: int = 1) -> list[dict]:
        """All events of a type, once there are so many."""
        return eventually(lambda: (found := self.seen(type)) and len(found) >= count and found)

    def centre(self, selector: str) -> tuple[int, int]:
        box = self.page.locator(selector).bounding_box()
        left, top = self.page.evaluate("offset")
        return round(left + box["x"] + box["width"] / 2), round(top + box["y"] + box["height"] / 2)

    def focus_field(self, api) -> None:
        x, y = self.centre("#field")
        assert api.post("/computer/click_mouse", json={"x": x, "y": y, "smooth": False}).ok
        eventually(lambda: self.page.evaluate("document.activeElement === field"))
        self.forget()
