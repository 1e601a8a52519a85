// Lines chosen to be cited in a note, on one page or on several.

const MOST_CHOSEN = 20; // what services.notes takes

class Choosing {
  constructor(view) {
    this.view = view;
    this.on = false;
    this.chosen = new Map(); // "page line" -> {page, line}
    this.box = view.$('.citing');
    this.told = view.$('.citing .many');
    this.cancel = view.$('.citing .cancel');
    this.go = view.$('.cite');
    this.go.onclick = () => (this.on ? this.send() : this.start());
    this.cancel.onclick = () => this.stop();
    view.$('.frame').addEventListener('keydown', e => {
      if (e.key !== 'Escape' || !this.on) return;
      e.preventDefault();
      this.stop();
    });
  }

  start() {
    this.on = true;
    this.paint();
    this.view.$('.line[tabindex="0"]')?.focus({ preventScroll: true });
  }

  // Nothing chosen, and the page as before.
  stop() {
    this.on = false;
    this.chosen.clear();
    this.paint();
    this.go.focus({ preventScroll: true });
  }

  send() {
    const lines = [...this.chosen.values()].sort((a, b) => a.page - b.page || a.line - b.line);
    this.view.outbox.put({ act: 'cite', lines });
  }

  // Of a line of the page that is shown.
  toggle(line) {
    if (!this.view.data.citable || !this.view.page) return;
    this.on = true;
    const { number: page } = this.view,
      key = `${page} ${line}`;
    const isFull = !this.chosen.has(key) && this.chosen.size >= MOST_CHOSEN;
    if (!isFull && !this.chosen.delete(key)) this.chosen.set(key, { page, line });
    this.paint(isFull ? `A statement may cite ${MOST_CHOSEN} lines.` : '');
  }

  // The marks of the page that is shown, and the bar.
  paint(words = '') {
    const { view, on } = this;
    view.$('.frame').classList.toggle('choosing', on);
    for (const row of view.root.querySelectorAll('.line')) this.mark(row, on);
    for (const mark of view.root.querySelectorAll('.boxes i'))
      mark.classList.toggle('chosen', on && this.has(mark.dataset.key.slice(1), mark.dataset.key[0]));
    this.box.hidden = !view.data.citable;
    this.cancel.hidden = !on;
    this.go.textContent = on ? 'Choose the note' : 'Cite in a note';
    this.go.disabled = on && !this.chosen.size;
    const count = this.chosen.size
      ? `${many(this.chosen.size, 'line', 'lines')} chosen`
      : 'Choose lines, here or on the page';
    this.told.textContent = on ? words || count : '';
  }

  mark(row, on) {
    const line = Number(row.dataset.line),
      isChosen = on && this.has(line);
    row.classList.toggle('chosen', isChosen);
    let tick = row.querySelector('.tick');
    if (on && !tick && !row.matches('.editing')) {
      tick = h('input', { type: 'checkbox', class: 'tick', tabindex: -1, 'aria-label': `Cite line ${line + 1}` });
      row.prepend(tick);
    } else if (!on) tick?.remove();
    if (tick) tick.checked = isChosen;
  }

  has(line, kind = 'l') {
    return kind === 'l' && this.chosen.has(`${this.view.number} ${line}`);
  }
}
