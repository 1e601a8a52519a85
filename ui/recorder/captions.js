// Captions of what the server has heard so far. What is provisional may still change.

const CAPTIONS_EVERY = 2000; // ms
const LINES = 60;

class Captions {
  constructor(recorder) {
    this.recorder = recorder;
    this.clear(null);
    this.timer = setInterval(() => this.ask(), CAPTIONS_EVERY);
  }

  clear(tape) {
    Object.assign(this, { tape, fixed: [], open: [], until: 0 });
  }

  async ask() {
    const { tape, isActive } = this.recorder;
    if (tape !== this.tape) this.clear(tape);
    if (!this.isOn || !tape?.seal || !isActive || this.isAsking || document.hidden) return;
    this.isAsking = true;
    try {
      const said = await ask(`${tape.path}/captions?after=${this.until}`, { patience: 8000 });
      if (tape === this.tape) this.took(said.captions ?? []);
    } catch {
      // no captions for now; the recording itself says what is wrong with the line
    } finally {
      this.isAsking = false;
    }
  }

  took(captions) {
    const from = this.until;
    const fresh = captions.filter(one => one.start >= from - 0.05 || one.end > from + 0.05);
    const fixed = fresh.filter(one => !one.provisional);
    this.fixed = [...this.fixed, ...fixed].slice(-LINES);
    this.open = fresh.filter(one => one.provisional);
    this.until = fixed.reduce((end, one) => Math.max(end, one.end), from);
    this.onNews?.();
  }

  draw(box) {
    const lines = [...this.fixed, ...this.open];
    const wasAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 8;
    lines.forEach(({ text, provisional }, i) => {
      const line = box.children[i] ?? box.appendChild(document.createElement('p'));
      if (line.textContent !== text) line.textContent = text; // spoken words are never markup
      line.classList.toggle('open', Boolean(provisional));
    });
    while (box.children.length > lines.length) box.lastChild.remove();
    if (wasAtEnd) requestAnimationFrame(() => (box.scrollTop = box.scrollHeight)); // once it is laid out
  }
}
