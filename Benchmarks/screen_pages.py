"""Pages to take pictures of, made here, because there is no network: what they show is the same in every run."""

import random

WORDS = (
    "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which "
    "one you were her all she there would their we him been has when who will more no if out so said what up its about "
    "into than them can only other new some could time these two may then do first any my now such like our over man "
    "browser window element request response session cursor picture region keyboard pointer display server client"
).split()


def sentence(random_words: random.Random) -> str:
    return " ".join(random_words.choices(WORDS, k=random_words.randint(6, 18))).capitalize() + "."


def text_page() -> str:
    """An article, a table and a form, as most pages an agent works on have them."""
    source = random.Random(5)
    paragraphs = "".join(
        f"<p>{' '.join(sentence(source) for _ in range(5))} <a href=#>{sentence(source)}</a></p>" for _ in range(24))
    cells = "".join(
        "<tr>" + "".join(f"<td>{source.randint(0, 99999)}</td><td>{source.choice(WORDS)}</td>" for _ in range(3))
        for _ in range(36))
    links = "".join(f"<li><a href=#>{sentence(source)[:40]}</a></li>" for _ in range(30))
    return f"""<!doctype html><meta charset=utf-8><title>drawn</title>
<style>
body {{ font: 15px/1.5 sans-serif; margin: 0; color: #202122; display: grid; gap: 24px;
        grid-template-columns: 280px 1fr 520px }}
header {{ grid-column: 1 / 4; background: linear-gradient(#3366cc, #2a4b8d); color: white; padding: 12px 24px }}
td {{ border: 1px solid #a2a9b1; padding: 2px 8px }} table {{ border-collapse: collapse; font-size: 13px }}
tr:nth-child(odd) {{ background: #f8f9fa }} aside {{ padding: 12px; border-right: 1px solid #ddd }}
button {{ border-radius: 6px; padding: 6px 14px; background: #eaecf0; border: 1px solid #a2a9b1 }}
</style>
<header>Encyclopaedia <button>Search</button> <button>Sign in</button></header>
<aside><ul>{links}</ul></aside><main><h1>An article</h1>{paragraphs}</main>
<section><h2>Figures</h2><input value="a field"> <button>Send</button><table>{cells}</table></section>"""


def photo_page() -> str:
    """Soft gradients under sensor-like noise over the whole window: about as hard to compress as a photograph."""
    return """<!doctype html><meta charset=utf-8><title>Photo</title><style>body { margin: 0; overflow: hidden }</style>
<canvas id=c></canvas><script>
const canvas = document.getElementById('c'), context = canvas.getContext('2d')
canvas.width = innerWidth; canvas.height = innerHeight
const image = context.createImageData(canvas.width, canvas.height), data = image.data
let state = 12345
const noise = () => (state = (state * 1664525 + 1013904223) >>> 0) / 4294967296 + ((state >>> 3) % 1000) / 1000 - 1
for (let y = 0, i = 0; y < canvas.height; y++) for (let x = 0; x < canvas.width; x++, i += 4) {
  const light = 90 + 60 * Math.sin(x / 190 + Math.sin(y / 130)) + 50 * Math.sin(y / 210 - x / 520)
  const grain = 6 * noise()
  data[i] = light * 1.1 + grain; data[i + 1] = light * 0.9 + 30 * Math.sin(x / 333) + grain
  data[i + 2] = 160 - light * 0.5 + 40 * Math.sin(y / 271) + grain; data[i + 3] = 255
}
context.putImageData(image, 0, 0); document.title = 'drawn'
</script>"""
