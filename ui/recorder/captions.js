// Captions of what the server has heard so far. What is provisional may still change.

const CAPTIONS_EVERY = 2000; // ms, where a chunk comes every five seconds
const LINES = 60;

class Captions {
  constructor(recorder, { every = CAPTIONS_EVERY } = {}) {
    this.recorder = recorder;
    this.clear(null);
    this.timer = setInterval(() => this.ask(), every);
  }

  stop() {
    clearInterval(this.timer);
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
    lines.forEach((said, i) => {
      const line = box.children[i] ?? box.appendChild(document.createElement('p'));
      this.write(line, said);
    });
    while (box.children.length > lines.length) box.lastChild.remove();
    if (wasAtEnd) requestAnimationFrame(() => (box.scrollTop = box.scrollHeight)); // once it is laid out
  }

  // Words that two passes heard alike, and then those that may still change. Spoken words are never markup.
  write(line, { text, provisional, agreed = 0 }) {
    const firm = provisional ? agreed : Infinity;
    const key = `${firm} ${text}`;
    if (line.said === key) return;
    line.said = key;
    const words = text.split(' ');
    const open = document.createElement('span');
    open.className = 'open';
    open.textContent = words.slice(firm).join(' ');
    const sure = words.slice(0, firm).join(' ');
    line.replaceChildren(...(open.textContent ? [sure && `${sure} `, open].filter(Boolean) : [sure]));
  }
}
