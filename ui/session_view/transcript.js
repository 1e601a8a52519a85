// The rows: one per utterance, grouped by speaker, kept as the same elements while nothing in them changes.

const SCROLLING = 700; // ms that a turn of the wheel may take until the list has moved

class Transcript {
  constructor(view) {
    this.view = view;
    this.box = view.$('.turns');
    this.leaves = new Leaves(this.box);
    this.rows = new Map(); // utterance id -> {row, look}
    this.now = null; // the row that is being heard
    this.box.onclick = e => this.clicked(e);
    this.box.addEventListener('focusin', e => this.landed(e.target.closest('.u')));
    const leave = () => {
      this.leftAt = performance.now();
      this.setFollow(false);
    };
    this.box.addEventListener('wheel', leave, { passive: true });
    this.box.addEventListener('touchmove', leave, { passive: true });
    view.$('.follow').onclick = () => {
      this.setFollow(true);
      this.reveal(this.now, true);
    };
  }

  // The row of an utterance as it stands in the list.
  rowOf(id) {
    return this.rows.get(id)?.row;
  }
  paragraph(id) {
    return this.rowOf(id)?.querySelector('p');
  }
  utteranceOf(row) {
    return row && this.view.byId.get(+row.dataset.id);
  }

  // The utterances of one speaker without anyone between, around the given one.
  turnOf(utterance) {
    const all = this.view.utterances,
      same = i => all[i]?.speaker === utterance.speaker;
    let first = all.indexOf(utterance),
      last = first;
    while (same(first - 1)) first--;
    while (same(last + 1)) last++;
    return all.slice(first, last + 1);
  }

  draw() {
    const { utterances } = this.view,
      held = this.held();
    const wanted = [],
      kept = new Map(),
      waiting = between(this.view);
    utterances.forEach((u, i) => {
      const before = [];
      while (waiting.length && waiting[0].at <= u.start) before.push(waiting.shift().row());
      const opens = i === 0 || before.length > 0 || utterances[i - 1].speaker !== u.speaker;
      const entry = this.entry(u, opens);
      kept.set(u.id, entry);
      wanted.push(...before, entry.row);
    });
    wanted.push(...waiting.map(thing => thing.row()));
    this.rows = kept;
    this.leaves.fill(wanted);
    this.view.evidence.again();
    if (!this.box.querySelector('.u[tabindex="0"]'))
      wanted.find(r => r.matches('.u'))?.setAttribute('tabindex', 0);
    if (held !== null && !this.view.root.activeElement)
      this.rowOf(held)?.focus({ preventScroll: true });
    this.box.querySelector('.now')?.classList.remove('now');
    this.now = null; // the next tick lights the row again
  }

  held() {
    const row = this.view.root.activeElement?.closest('.u');
    return row ? +row.dataset.id : null;
  }

  entry(u, opens) {
    const voice = this.view.voices.of(u.speaker),
      old = this.rows.get(u.id);
    const look = JSON.stringify([
      voice.full,
      voice.colour,
      opens,
      u.start,
      u.text,
      u.machine,
      this.view.editable,
    ]);
    if (old && (old.look === look || old.row.matches('.editing, :has(.naming)'))) return old;
    const row = this.row(u, opens, voice);
    if (old?.row.matches('[tabindex="0"]')) row.tabIndex = 0;
    return { row, look };
  }

  row(u, opens, voice) {
    const { editable } = this.view,
      tag = editable ? 'button' : 'span';
    const who =
      opens &&
      h(
        tag,
        {
          class: 'who',
          tabindex: editable && -1,
          type: editable && 'button',
          title: editable && `Rename ${voice.name} everywhere`,
        },
        voice.full,
      );
    const more =
      editable &&
      h(
        'button',
        {
          class: 'more',
          type: 'button',
          tabindex: -1,
          'aria-haspopup': 'menu',
          'aria-label': `Change the line at ${hms(u.start)}`,
          title: 'Change this line (M)',
        },
        icon(MORE),
      );
    const said = h('p', { dir: 'auto' }, ...this.spoken(u));
    const words = h('div', { class: 'words' }, said, u.machine != null && this.corrected(u));
    return h(
      'div',
      {
        class: `u c${voice.colour}${opens ? ' first' : ''}`,
        role: 'listitem',
        tabindex: -1,
        'data-id': u.id,
      },
      who,
      h('time', {}, hms(u.start)),
      words,
      more,
    );
  }

  // The text, with the words the machine was unsure of.
  spoken(u) {
    const parts = [];
    let at = 0;
    for (const w of unsureWords(u)) {
      parts.push(
        u.text.slice(at, w.from),
        h(
          'span',
          { class: 'low', title: `Not clear in the audio, ${percent(w.sure)} sure` },
          u.text.slice(w.from, w.to),
        ),
      );
      at = w.to;
    }
    return [...parts, u.text.slice(at)];
  }

  corrected(u) {
    const heard = h(
      'div',
      { class: 'heard', hidden: true },
      h('span', {}, 'The machine heard: '),
      h('q', { dir: 'auto' }, u.machine),
      this.view.editable &&
        h(
          'button',
          { type: 'button', class: 'link', 'data-do': 'restore', tabindex: -1 },
          'Put back',
        ),
    );
    return h(
      'div',
      { class: 'mended' },
      h(
        'button',
        {
          type: 'button',
          class: 'mark',
          'data-do': 'heard',
          'aria-expanded': 'false',
          tabindex: -1,
        },
        'corrected',
      ),
      heard,
    );
  }

  clicked(e) {
    const row = e.target.closest('.u'),
      u = this.utteranceOf(row);
    if (!u || e.target.closest('.tools')) return;
    if (e.target.closest('.more')) return this.view.menus.line(u, e.target.closest('.more'));
    if (e.target.closest('button.who'))
      return this.view.editing.rename(u.speaker, e.target.closest('.who'));
    const deed = e.target.closest('[data-do]')?.dataset.do;
    if (deed === 'heard') return this.showHeard(row);
    if (deed === 'restore') return this.view.editing.restore(u);
    if (e.target.closest('.field, textarea, .heard') || String(getSelection()).trim()) return;
    if (this.view.writing.isOpen && !e.target.closest('time')) return this.view.writing.toggle(u.id);
    const word = wordAt(row.querySelector('p'), wordPlaces(u), e.clientX, e.clientY);
    this.view.note.cite(u.id);
    this.playFrom(word?.start ?? u.start);
  }

  playFrom(at) {
    this.setFollow(true);
    this.view.player.playFrom(at);
  }

  showHeard(row) {
    const button = row.querySelector('.mark'),
      heard = row.querySelector('.heard');
    heard.hidden = !heard.hidden;
    button.setAttribute('aria-expanded', String(!heard.hidden));
    heard.querySelector('button')?.setAttribute('tabindex', 0);
  }

  // One row is the tab stop; what it holds can be reached from it.
  landed(row) {
    if (!row || row === this.stop) return;
    const buttons = r => r?.querySelectorAll('.who, .more, .mark') ?? [];
    for (const b of buttons(this.stop)) b.tabIndex = -1;
    for (const r of this.box.querySelectorAll('.u[tabindex="0"]')) r.tabIndex = -1;
    this.stop = row;
    row.tabIndex = 0;
    for (const b of buttons(row)) if (b.matches('button')) b.tabIndex = 0;
  }

  // Move the focus by rows; null from a place that is no row.
  step(row, by) {
    const rows = [...this.rows.values()].map(entry => entry.row),
      i = rows.indexOf(row);
    const next = rows[Math.min(rows.length - 1, Math.max(0, i + by))];
    this.setFollow(false);
    if (next !== row) {
      next.focus({ preventScroll: true });
      if (!isVisible(next, this.box)) reveal(next, this.box);
    }
  }

  reveal(id, smooth = false) {
    const row = this.rowOf(id);
    if (row) reveal(row, this.box, smooth);
  }

  // --- in step with the audio ---

  heardAt(at, playing) {
    const u = this.view.utteranceAt(at),
      id = u?.id ?? null;
    if (id !== this.now) {
      const [before, row] = [this.rowOf(this.now), this.rowOf(id)];
      before?.classList.remove('now');
      before?.removeAttribute('aria-current');
      row?.classList.add('now');
      row?.setAttribute('aria-current', 'true');
      this.now = id;
      this.word = null;
      if (playing && row && this.follows && !isVisible(row, this.box)) reveal(row, this.box, true);
    }
    this.lightWord(u, at);
    this.offerFollow(playing);
  }

  lightWord(u, at) {
    const heard = u && wordPlaces(u).findLast(w => w.start <= at + 0.03),
      word = heard && at < heard.end + 0.4 ? heard : undefined;
    if (word === this.word) return;
    this.word = word;
    const paragraph = word && this.paragraph(u.id);
    mark('verbatim-word', paragraph ? [rangeIn(paragraph, word.from, word.to)] : []);
  }

  follows = true;
  leftAt = -Infinity; // when the reader last began to scroll
  setFollow(on) {
    this.follows = on;
    this.offerFollow(on ? false : !this.view.player.audio.paused);
  }
  offerFollow(playing) {
    const button = this.view.$('.follow'),
      row = this.rowOf(this.now);
    const away = playing && !this.follows && row && !isVisible(row, this.box);
    const isBack = playing && !this.follows && row && !away; // scrolled back by hand
    if (isBack && performance.now() - this.leftAt > SCROLLING) this.follows = true;
    button.hidden = !away;
    if (away) button.textContent = `Back to ${hms(this.view.player.audio.currentTime)}`;
  }
}
