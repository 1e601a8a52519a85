// Find in the transcript: every place is marked, Enter goes on, Shift + Enter back.

class Find {
  constructor(view) {
    this.view = view;
    this.input = view.$('.find input');
    this.places = []; // {id, from, to} in the order of the talk
    this.at = -1;
    this.input.oninput = () => this.search();
    for (const button of view.root.querySelectorAll('.step'))
      button.onclick = () => this.step(+button.dataset.step);
    this.input.onkeydown = e => {
      if (e.key === 'Enter') {
        e.preventDefault();
        this.step(e.shiftKey ? -1 : 1);
      }
      if (e.key === 'Escape' && this.input.value) {
        e.preventDefault();
        this.input.value = '';
        this.search();
      }
    };
  }

  search() {
    const wanted = fold(this.input.value.trim());
    this.places = wanted ? this.view.utterances.flatMap(u => this.inside(u, wanted)) : [];
    const from = this.view.transcript.now,
      first = this.places.findIndex(p => p.id >= from);
    this.at = this.places.length ? Math.max(0, from === null ? 0 : first) : -1;
    this.show();
  }

  inside(u, wanted) {
    const text = fold(u.text),
      places = [];
    for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length))
      places.push({ id: u.id, from: i, to: i + wanted.length });
    return places;
  }

  step(by) {
    if (!this.places.length) return;
    this.at = (this.at + by + this.places.length) % this.places.length;
    this.show();
  }

  // After a correction the same words may stand elsewhere, or nowhere.
  again() {
    if (!this.input.value.trim()) return;
    const at = this.at;
    const wanted = fold(this.input.value.trim());
    this.places = this.view.utterances.flatMap(u => this.inside(u, wanted));
    this.at = Math.min(at, this.places.length - 1);
    this.paint();
  }

  show() {
    this.paint();
    const place = this.places[this.at];
    if (!place) return;
    this.view.transcript.setFollow(false);
    const row = this.view.transcript.rowOf(place.id);
    if (row && !isVisible(row, this.view.transcript.box)) this.view.transcript.reveal(place.id);
  }

  paint() {
    const range = p => {
      const paragraph = this.view.transcript.paragraph(p.id);
      return paragraph && rangeIn(paragraph, p.from, p.to);
    };
    mark('verbatim-found', this.places.filter((_, i) => i !== this.at).map(range));
    mark('verbatim-found-now', this.at < 0 ? [] : [range(this.places[this.at])]);
    const asked = this.input.value.trim(),
      n = this.places.length;
    this.view.$('.hits').textContent = !asked
      ? ''
      : n
        ? `${this.at + 1} of ${n.toLocaleString('en')}`
        : 'Not found';
    for (const button of this.view.root.querySelectorAll('.step')) button.disabled = n === 0;
  }
}

// The words the machine was unsure of, one after the other.
class Unclear {
  constructor(view) {
    this.view = view;
    this.button = view.$('.unclear');
    this.button.onclick = () => this.next();
    this.at = -1; // s
  }

  all() {
    return this.view.utterances.flatMap(u => unsureWords(u).map(word => ({ u, word })));
  }

  draw() {
    const n = this.all().length;
    this.button.hidden = n === 0;
    this.button.textContent = many(n, 'unclear word', 'unclear words');
    this.button.title = 'Go to the next word that is not clear in the audio';
  }

  next() {
    const all = this.all();
    const next = all.find(({ word }) => word.start > this.at) ?? all[0];
    if (!next) return;
    const { transcript } = this.view;
    const row = transcript.rowOf(next.u.id);
    this.at = next.word.start;
    row.focus({ preventScroll: true });
    transcript.setFollow(false);
    if (!isVisible(row, transcript.box)) transcript.reveal(next.u.id);
    mark('verbatim-found-now', [rangeIn(row.querySelector('p'), next.word.from, next.word.to)]);
  }
}
