// The note beside the transcript: fetched, drawn row by row, each statement tied to its lines.

class Note {
  constructor(view) {
    this.view = view;
    this.box = view.$('.lines');
    this.drawn = new NoteRows(view, this);
    this.given = null; // what the page says: {id, url, rev, editable, statement}
    this.content = null; // what the API says
    this.pinned = this.hovered = null;
    this.removed = null; // {id, key} of what was taken out last
    this.box.onpointerover = e => this.hover(e.target.closest('.s')?.dataset.id ?? null);
    this.box.onpointerleave = () => this.hover(null);
    this.box.onclick = e => this.clicked(e);
    this.box.addEventListener('focusin', e => this.landed(e.target.closest('.s'), e.target));
  }

  get rows() {
    return this.drawn.rows;
  }
  get editable() {
    return Boolean(this.given?.editable && this.content);
  }
  get statements() {
    return (this.content?.sections ?? []).flatMap(section => section.statements);
  }
  find(id) {
    for (const section of this.content?.sections ?? [])
      for (const statement of section.statements)
        if (statement.id === id) return { section, statement };
    return null;
  }
  rowOf(id) {
    return this.rows.get(id)?.row;
  }

  // --- what the page and the API say ---

  update(given, reload) {
    const before = this.given;
    this.given = given;
    if (given?.url !== before?.url) this.forget();
    const { $ } = this.view;
    for (const part of ['.head', '.written']) $(part).hidden = !given;
    $('.frame').classList.toggle('noted', Boolean(given));
    if (Boolean(given) !== Boolean(before)) this.view.player.label();
    if (!given) return;
    if (reload || given.url !== before?.url || given.rev !== before?.rev) this.load();
    else if (given.editable !== before?.editable) this.draw();
    this.openAt(given.statement);
  }

  forget() {
    this.content = this.pinned = this.hovered = this.opened = this.removed = null;
    this.view.writing.close(false);
    this.drawn.clear();
    this.draw();
  }

  // A revision that this reader's own change has made: the next one is about that.
  saved(revision) {
    if (this.content && revision > this.content.revision) this.content.revision = revision;
  }

  async load() {
    const { view } = this;
    if (view.writing.isOpen || view.outbox.busy) {
      this.isLate = true; // whoever closes the field, or the last answer, comes back
      return;
    }
    this.isLate = false;
    const call = (this.call = Symbol('load'));
    if (!this.content) this.say('Loading the note.');
    try {
      const answer = await fetch(this.given.url, {
        headers: { Accept: 'application/json' },
        cache: 'no-store',
      });
      if (!answer.ok) throw Object.assign(new Error('refused'), { status: answer.status });
      const said = await answer.json();
      if (call !== this.call) return;
      if (view.writing.isOpen || view.outbox.busy) {
        this.isLate = true;
        return;
      }
      this.content = said;
      this.say('');
      this.draw();
      this.openAt(this.given.statement);
    } catch (error) {
      if (call === this.call) this.failed(error.status);
    }
  }

  failed(status) {
    if (status === 401) return this.say('You are signed out. Sign in again to read the note.');
    if (status === 404) return this.say('This note does not exist, or it is not one of yours.');
    const again = h(
      'button',
      { type: 'button', class: 'link', onclick: () => this.load() },
      'Try again',
    );
    this.say('The note could not be loaded. It is safe on the server.', again);
  }

  say(words, ...more) {
    const box = this.view.$('.unwritten');
    box.hidden = !words;
    box.replaceChildren(words && h('p', {}, words), ...more);
  }

  openAt(id) {
    if (!id || id === this.opened || !this.rows.has(id) || !this.view.loaded) return;
    this.opened = id;
    this.view.faces.turn('note');
    this.rowOf(id).focus({ preventScroll: true });
    reveal(this.rowOf(id), this.box);
  }

  draw() {
    const { view } = this;
    view.evidence.index(this.statements);
    const held = view.root.activeElement?.closest?.('.s')?.dataset.id;
    this.drawn.draw();
    if (held && !view.root.activeElement) this.rowOf(held)?.focus({ preventScroll: true });
    if (this.pinned && !this.rows.has(this.pinned)) this.pinned = null;
    view.risk.draw(this.content);
    this.light();
    view.timeline.draw();
  }

  // --- statement → lines, line → statements ---

  hover(id) {
    if (id === this.hovered) return;
    this.hovered = id;
    this.light();
  }

  light() {
    const { view } = this;
    const chosen = view.writing.chosen;
    const shown = this.find(this.hovered ?? this.pinned)?.statement;
    view.evidence.light(chosen ?? view.evidence.linesOf(shown));
  }

  pin(id) {
    if (id !== this.pinned) {
      this.rowOf(this.pinned)?.classList.remove('on');
      this.pinned = id;
      this.rowOf(id)?.classList.add('on');
    }
    this.light();
    const row = this.rowOf(id);
    if (row && !isVisible(row, this.box)) row.scrollIntoView({ block: 'nearest' });
  }

  // Its first line comes into sight, unless it is already there.
  show(lines) {
    const { transcript } = this.view;
    const row = transcript.rowOf(lines[0]);
    transcript.setFollow(false);
    if (row && !isVisible(row, transcript.box)) transcript.reveal(lines[0]);
  }

  play(id, lines = this.view.evidence.linesOf(this.find(id)?.statement)) {
    this.pin(id);
    if (!lines.length) return;
    this.show(lines);
    this.view.player.playFrom(this.view.byId.get(lines[0]).start);
  }

  // The statements that use a line.
  cite(utterance) {
    for (const row of this.box.querySelectorAll('.s.cites')) row.classList.remove('cites');
    const rows = (this.view.evidence.users.get(utterance) ?? []).map(id => this.rowOf(id));
    for (const row of rows) row?.classList.add('cites');
    if (rows[0] && !isVisible(rows[0], this.box)) reveal(rows[0], this.box);
  }

  // --- clicks, focus, keys ---

  clicked(e) {
    const { writing, menus } = this.view;
    const add = e.target.closest('.add');
    if (add) return writing.add(add.dataset.section);
    if (e.target.closest('[data-do=back]')) return writing.restore(this.removed.id);
    const row = e.target.closest('.s'),
      id = row?.dataset.id;
    if (!id || row.matches('.editing') || e.target.closest('a')) return;
    const deed = e.target.closest('[data-do]')?.dataset.do;
    if (deed === 'menu') return menus.statement(this.find(id), e.target.closest('.more'));
    if (deed === 'edit') return writing.open(id);
    if (deed === 'keep') return writing.keep(id);
    if (deed === 'remove') return writing.remove(id);
    if (e.target.closest('.remark') || String(getSelection()).trim()) return;
    const lines = e.target.closest('[data-lines]')?.dataset.lines.split(',').map(Number);
    if (lines) this.view.faces.turn('said');
    this.play(id, lines);
  }

  // One statement is the tab stop; what it holds can be reached from it.
  landed(row, target) {
    if (!row) return;
    const buttons = r => r?.querySelectorAll('p :is(a, button), .flag button, .tools button') ?? [];
    if (row !== this.stop) {
      for (const b of buttons(this.stop)) b.tabIndex = -1;
      for (const r of this.box.querySelectorAll('.s[tabindex="0"]')) r.tabIndex = -1;
      this.stop = row;
      row.tabIndex = 0;
      for (const b of buttons(row)) b.tabIndex = 0;
    }
    if (target !== row) return;
    const { id } = row.dataset;
    this.pin(id);
    const lines = this.view.evidence.linesOf(this.find(id)?.statement);
    if (lines.length) this.show(lines);
  }

  step(by) {
    const all = [...this.rows.values()].map(entry => entry.row);
    const at = all.findIndex(row => row.dataset.id === this.pinned);
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    next?.focus({ preventScroll: true });
    if (next && !isVisible(next, this.box)) next.scrollIntoView({ block: 'nearest' });
  }
}
