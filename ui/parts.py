"""What a component is made of, by an address of its own.

Streamlit puts all that it is given of a component into every message about it: 120 kB each time that a session is
opened or its note is changed. Given the few lines of `loader` instead, it sends an address that the browser fetches
once and keeps; the address changes with what stands there.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PREFIX = "/app/parts/"
KEPT = "private, max-age=31536000, immutable"
# The script comes from a blob, which knows no address to start from. What could not be fetched is asked for under
# another address: a browser remembers the failure of the first. After an update the page that was open goes on
# with the new script: what the one before drew gives way.
LOADER = """
const address = location.origin + %s;
let part, style, tries = 0;
const drawn = new WeakSet();

async function fetched() {
  for (let wait = 500; ; wait *= 2)
    try {
      return await import(tries++ ? `${address}?${tries}` : address);
    } catch (error) {
      if (wait > 4000) throw error;
      await new Promise(done => setTimeout(done, wait));
    }
}

export default async function (component) {
  part ??= fetched();
  const there = await part.catch(error => {
    part = undefined;
    throw error;
  });
  if (!style) {
    style = new CSSStyleSheet();
    style.replaceSync(there.style);
  }
  const root = component.parentElement;
  if (!drawn.has(root)) {
    drawn.add(root);
    root.adoptedStyleSheets = [style];
    root.querySelector('.part')?.remove();
    const made = document.createElement('div');
    made.className = 'part';
    made.append(document.createRange().createContextualFragment(there.html));
    root.append(made);
  }
  return there.default(component);
}
"""


@dataclass(frozen=True)
class Part:
    """A component's module (it exports the component's function as its default), style sheet and first elements."""

    name: str
    js: str
    css: str
    html: str

    @cached_property
    def body(self) -> str:
        return f"{self.js}\nexport const style = {json.dumps(self.css)}, html = {json.dumps(self.html)};\n"

    @cached_property
    def address(self) -> str:
        digest = hashlib.sha256(self.body.encode()).hexdigest()[:16]
        return f"{PREFIX}{self.name}-{digest}.js"

    @property
    def loader(self) -> str:
        """What Streamlit is given, as the component's script."""
        return LOADER % json.dumps(self.address)


def routes(*parts: Part) -> list[Route]:
    return [Route(f"{PREFIX}{part.name}-{{digest}}.js", _answer(part)) for part in parts]


def _answer(part: Part) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        # A page of the version before, after an update: what there is now, for this once.
        kept = KEPT if request.url.path == part.address else "no-store"
        return PlainTextResponse(
            part.body, media_type="text/javascript", headers={"cache-control": kept}
        )

    return answer
