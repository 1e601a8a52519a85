// A narrow window has room for one of two: the note, which the page scrolls, or the transcript, in a box of its own.

class Faces {
  constructor(view) {
    this.view = view;
    this.box = view.$('.faces');
    this.box.onclick = e => {
      const face = e.target.closest('button')?.dataset.face;
      if (face) this.turn(face);
    };
    this.shown = 'note';
  }

  // What is asked for comes into sight; in a wide window it is there already.
  turn(face) {
    if (face === this.shown) return;
    const page = this.view.root.host?.closest('[data-testid="stMain"]');
    if (face === 'said') this.readTo = page?.scrollTop;
    this.shown = this.view.$('.frame').dataset.face = face;
    for (const button of this.box.children)
      button.setAttribute('aria-pressed', String(button.dataset.face === face));
    if (!this.box.offsetParent) return;
    if (face === 'note') page?.scrollTo(0, this.readTo ?? 0);
    else this.view.$('.bar').scrollIntoView({ block: 'start' });
  }
}
