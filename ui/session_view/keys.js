// Keys: they work in the view, and on the page while nothing else has the focus.

class Keys {
  constructor(view) {
    this.view = view;
    this.inside = e => {
      // Streamlit has letters of its own (R, C) and sees a key of the shadow tree as if no field had it.
      e.stopPropagation();
      this.pressed(e);
    };
    this.onPage = e => {
      if (e.target === document.body) this.pressed(e);
    };
    view.root.addEventListener('keydown', this.inside);
    document.addEventListener('keydown', this.onPage);
  }

  pressed(e) {
    const at = e.composedPath()[0];
    const isField = at.matches('input:not([type=range]), textarea, select');
    if (isField || e.defaultPrevented || e.altKey || e.ctrlKey || e.metaKey) return;
    const name = e.key.length === 1 ? e.key.toLowerCase() : e.key;
    const row = at.closest('.u');
    const does = (row && this.onRow(name, row, at)) || this.anywhere(name, at);
    if (!does) return;
    e.preventDefault();
    does();
  }

  onRow(name, row, at) {
    const { transcript, editing, menu, editable } = this.view;
    const u = transcript.utteranceOf(row);
    const deeds = {
      ArrowDown: () => transcript.step(row, 1),
      ArrowUp: () => transcript.step(row, -1),
      Home: () => transcript.step(row, -Infinity),
      End: () => transcript.step(row, Infinity),
    };
    if (at === row) deeds.Enter = () => transcript.playFrom(u.start);
    if (editable) {
      deeds.e = () => editing.open(u);
      deeds.m = () => menu.open(u, row.querySelector('.more'));
    }
    return deeds[name];
  }

  anywhere(name, at) {
    const { player, find } = this.view;
    const onSlider = at.matches('input');
    const deeds = { '/': () => find.input.focus() };
    if (!at.matches('button') || at.matches('.go')) deeds[' '] = () => player.toggle();
    if (!onSlider) {
      deeds.ArrowLeft = () => player.skip(-5);
      deeds.ArrowRight = () => player.skip(5);
    }
    return deeds[name];
  }

  stop() {
    document.removeEventListener('keydown', this.onPage);
    this.view.root.removeEventListener('keydown', this.inside);
  }
}
