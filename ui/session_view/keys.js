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
    const row = at.closest('.u'),
      statement = at.closest('.s');
    const does =
      (row && this.onRow(name, row, at)) ||
      (statement && this.onStatement(name, statement, at, e.shiftKey)) ||
      this.anywhere(name, at);
    if (!does) return;
    e.preventDefault();
    does();
  }

  onRow(name, row, at) {
    const { transcript, editing, menus, note, writing, editable } = this.view;
    const u = transcript.utteranceOf(row);
    const deeds = {
      ArrowDown: () => transcript.step(row, 1),
      ArrowUp: () => transcript.step(row, -1),
      Home: () => transcript.step(row, -Infinity),
      End: () => transcript.step(row, Infinity),
    };
    if (at === row)
      deeds.Enter = () => {
        if (writing.isOpen) return writing.toggle(u.id);
        note.cite(u.id);
        transcript.playFrom(u.start);
      };
    if (editable) {
      deeds.e = () => editing.open(u);
      deeds.m = () => menus.line(u, row.querySelector('.more'));
    }
    return deeds[name];
  }

  onStatement(name, row, at, isShifted) {
    const { note, writing, menus } = this.view;
    const { id } = row.dataset;
    const deeds = {
      ArrowDown: () => note.step(1),
      ArrowUp: () => note.step(-1),
      Home: () => note.step(-Infinity),
      End: () => note.step(Infinity),
    };
    if (at === row) deeds.Enter = () => note.play(id);
    if (note.editable) {
      deeds.e = () => writing.open(id);
      deeds.m = () => menus.statement(note.find(id), row.querySelector('.more'));
      if (isShifted) {
        deeds.ArrowDown = () => writing.move(id, 1);
        deeds.ArrowUp = () => writing.move(id, -1);
      }
    }
    return deeds[name];
  }

  anywhere(name, at) {
    const { player, find, note, faces } = this.view;
    const onSlider = at.matches('input');
    const deeds = { '/': () => {
        faces.turn('said');
        find.input.focus();
      },
    };
    if (note.given) {
      deeds.j = () => note.step(1);
      deeds.k = () => note.step(-1);
    }
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
