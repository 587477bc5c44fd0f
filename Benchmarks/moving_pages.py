"""Pages to record: each shows the state it is told to, so that a frame of a video can be compared with the page itself.

`show(n)` puts the page into state n and nothing else; `play()` runs through the states by the clock. The number of the
state stands in the upper left corner as sixteen bars, black for 1, the lowest bit on the left.
"""

import random

from screen_pages import sentence, text_page

BITS = 16
#: Width and height of one bar in pixels.
BAR = 16

COUNTER = f"""<canvas id=counter width={BITS * BAR} height={BAR}
style="position:fixed; left:0; top:0; z-index:9"></canvas><script>
const bars = document.getElementById('counter').getContext('2d')
function count(n) {{
  for (let bit = 0; bit < {BITS}; bit++) {{
    bars.fillStyle = n >> bit & 1 ? 'black' : 'white'
    bars.fillRect(bit * {BAR}, 0, {BAR}, {BAR})
  }}
}}
let timer = 0
function play() {{
  const start = performance.now()
  let last = -1
  const step = () => {{
    const n = Math.floor((performance.now() - start) / 1000 * RATE)
    if (n != last) {{ show(n); last = n }}
    timer = requestAnimationFrame(step)
  }}
  step()
}}
function stop() {{ cancelAnimationFrame(timer) }}
</script>"""


def page(body: str, rate: int, show: str) -> str:
    return f"""{body}{COUNTER}<script>
const RATE = {rate}
function show(n) {{ count(n); {show} }}
show(0); document.title = 'drawn'
</script>"""


def still() -> str:
    """Stays in state 0."""
    return page(text_page(), 0, "")


def typing() -> str:
    """Eight characters a second into a field of a page of text."""
    words = random.Random(7)
    text = " ".join(sentence(words) for _ in range(30))
    field = "<textarea id=field style='position:fixed; left:340px; top:420px; width:700px; height:200px; font:16px sans-serif'>"
    body = text_page() + field + "</textarea>"
    return page(body, 8, f"const f = document.getElementById('field'); f.value = '{text}'.slice(0, n); f.focus()")


def scrolling() -> str:
    """An article at 240 pixels a second, at sixty steps a second."""
    words = random.Random(9)
    article = "".join(f"<p>{' '.join(sentence(words) for _ in range(8))}</p>" for _ in range(200))
    body = f"""<!doctype html><meta charset=utf-8><title></title><style>
body {{ font: 16px/1.5 serif; margin: 24px 160px }}</style>{article}"""
    return page(body, 60, "scrollTo(0, 4 * n)")


def canvas() -> str:
    """Shapes that move over a gradient that turns, all of the window, sixty times a second."""
    body = """<!doctype html><meta charset=utf-8><title></title><style>body { margin: 0; overflow: hidden }</style>
<canvas id=scene></canvas><script>
const scene = document.getElementById('scene'), pen = scene.getContext('2d')
scene.width = innerWidth; scene.height = innerHeight
</script>"""
    return page(body, 60, """
  const t = n / 60, w = scene.width, h = scene.height
  const sky = pen.createLinearGradient(0, 0, w * Math.cos(t / 7), h)
  sky.addColorStop(0, '#204080'); sky.addColorStop(1, '#e0a060')
  pen.fillStyle = sky; pen.fillRect(0, 0, w, h)
  for (let i = 0; i < 40; i++) {
    pen.fillStyle = `hsla(${i * 37 % 360}, 70%, 55%, 0.8)`
    pen.beginPath()
    pen.arc(w / 2 + w * 0.45 * Math.sin(t * (0.4 + i % 7 / 9) + i), h / 2 + h * 0.45 * Math.cos(t * (0.3 + i % 5 / 8) + 2 * i),
            20 + i % 6 * 12, 0, 7)
    pen.fill()
  }
  pen.fillStyle = 'white'; pen.font = '48px sans-serif'; pen.fillText('frame ' + n, 60, h - 60)
""")


SCENES = {"still": still, "typing": typing, "scrolling": scrolling, "canvas": canvas}
