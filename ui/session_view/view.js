// The mounted view. It lives on the root element: a rerun of the page calls update(), never a rebuild.

class View {
  constructor(root) {
    this.root = root;
    this.$ = selector => root.querySelector(selector);
    Object.assign(this, {
      utterances: [],
      gaps: [],
      speakers: [],
      byId: new Map(),
      duration: 0,
      loaded: 0,
      editable: false,
    });
    this.transcript = new Transcript(this);
    this.find = new Find(this);
    this.timeline = new Timeline(this);
    this.player = new Player(this);
    this.editing = new Editing(this);
    this.onKey = e => this.key(e);
    root.addEventListener('keydown', this.onKey);
    this.onPageKey = e => {
      if (e.target === document.body) this.key(e);
    };
    document.addEventListener('keydown', this.onPageKey);
    this.fit = () => this.fitHeight();
    addEventListener('resize', this.fit);
    this.watch = new ResizeObserver(this.fit);
    const page = root.host?.closest('[data-testid="stMainBlockContainer"]');
    if (page) this.watch.observe(page);
    this.$('.unclear').onclick = () => this.nextUnclear();
    this.$('.voices').onclick = e => {
      const b = e.target.closest('button');
      if (b) this.editing.rename(b.dataset.key, b);
    };
  }

  update({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    this.data = data;
    if (this.editable !== data.editable) {
      this.editable = data.editable;
      this.player.label();
      this.redraw();
    }
    this.player.load(data.audio);
    this.duration = data.duration || this.duration;
    const fresh = this.revision !== data.turns_rev || this.url !== data.turns_url;
    this.revision = data.turns_rev;
    this.url = data.turns_url;
    const settled = this.editing.outbox.answered(data.answered);
    if (this.editing.outbox.busy) return; // its answer brings what is stored
    if (fresh || settled) this.load();
    else if (JSON.stringify(data.speakers) !== this.told) this.redraw(true);
    this.fit();
  }

  // Fetch what is stored and show it. A later call makes an earlier one void; so does a new correction.
  async load() {
    const call = (this.call = Symbol('load'));
    if (!this.loaded) this.say('Loading the transcript.');
    try {
      const answer = await fetch(this.url, {
        headers: { Accept: 'application/json' },
        cache: 'no-store',
      });
      if (!answer.ok) throw Object.assign(new Error('refused'), { status: answer.status });
      const said = await answer.json();
      if (call !== this.call || this.editing.outbox.busy) return;
      this.utterances = said.utterances ?? [];
      this.gaps = said.gaps ?? [];
      this.stored = said.speakers ?? [];
      this.duration = said.duration || this.duration;
      if (said.language) this.transcript.box.lang = said.language;
      this.loaded++;
      this.redraw(true);
      this.open();
    } catch (error) {
      if (call === this.call) this.failed(error.status);
    }
  }

  failed(status) {
    if (status === 401)
      return this.say('You are signed out. Sign in again to read the transcript.');
    if (status === 404)
      return this.say('This transcript does not exist, or it is not one of yours.');
    const again = h(
      'button',
      {
        type: 'button',
        class: 'link',
        onclick: () => {
          this.say('Loading the transcript.');
          this.load();
        },
      },
      'Try again',
    );
    this.say('The transcript could not be loaded. It is safe on the server.', again);
  }

  say(words = '', ...more) {
    const box = this.$('.notice');
    box.hidden = !words;
    this.$('.turns').hidden = Boolean(words) && !this.utterances.length;
    box.replaceChildren(words && h('p', {}, words), ...more);
  }

  // Open at the utterance the page asked for, once for each that it asks for.
  open() {
    const wanted = this.data.select;
    if (wanted == null || wanted === this.opened) return;
    this.opened = wanted;
    const row = this.transcript.rowOf(wanted);
    if (!row) return;
    row.focus({ preventScroll: true });
    this.transcript.setFollow(false);
    this.transcript.reveal(wanted);
    this.player.seek(this.byId.get(wanted).start);
  }

  // --- what is known ---

  gather() {
    this.told = JSON.stringify(this.data.speakers);
    const given = new Map((this.data.speakers ?? []).map(s => [s.key, s]));
    const keys = new Set([
      ...given.keys(),
      ...(this.stored ?? []).map(s => s.key),
      ...this.utterances.map(u => u.speaker),
    ]);
    const named = new Map((this.stored ?? []).map(s => [s.key, s]));
    this.speakers = [...keys].map(key => ({
      key,
      role: given.get(key)?.role ?? 'other',
      name: named.get(key)?.name ?? given.get(key)?.name ?? key,
    }));
  }

  redraw(again = false) {
    if (again || !this.speakers.length) this.gather();
    const colours = colourVoices(this.speakers),
      spoken = new Map(),
      all = this.utterances;
    for (const u of all) spoken.set(u.speaker, (spoken.get(u.speaker) ?? 0) + u.end - u.start);
    const total = [...spoken.values()].reduce((a, b) => a + b, 0) || 1;
    for (const s of this.speakers)
      Object.assign(s, { colour: colours.get(s.key), share: (spoken.get(s.key) ?? 0) / total });
    this.voices = this.speakers.filter(s => spoken.has(s.key));
    this.byId = new Map(all.map(u => [u.id, u]));
    this.transcript.draw();
    this.drawVoices();
    this.timeline.drawn = null;
    this.timeline.draw();
    this.find.again();
    this.player.tick();
    if (this.loaded)
      this.say(
        all.length ? '' : 'No speech was found in this recording. You can still listen to it.',
      );
  }

  drawVoices() {
    const kind = this.editable ? 'button' : 'span';
    const voice = v =>
      h(
        'li',
        {},
        h(
          kind,
          {
            class: `voice c${v.colour}`,
            type: this.editable && 'button',
            'data-key': v.key,
            title: this.editable && `Rename ${v.name} everywhere`,
          },
          h('i', { class: `dot c${v.colour}` }),
          h('b', {}, v.name),
          h('small', { title: 'Share of the talking' }, percent(v.share)),
        ),
      );
    if (!this.$('.voices .naming')) this.$('.voices').replaceChildren(...this.voices.map(voice));
    const unclear = this.unclear().length,
      button = this.$('.unclear');
    button.hidden = !unclear;
    button.textContent = many(unclear, 'unclear word', 'unclear words');
    button.title = 'Go to the next word that is not clear in the audio';
  }

  voice(key) {
    return (
      this.speakers.find(s => s.key === key) ?? { key, name: key, colour: VOICES - 1, share: 0 }
    );
  }

  // A speaker the server has not named yet.
  newVoice() {
    let n = this.speakers.length + 1;
    while (this.speakers.some(s => s.name === `Speaker ${n}`)) n++;
    this.speakers.push({ key: `new ${n}`, name: `Speaker ${n}`, role: 'other' });
    return `new ${n}`;
  }

  // Words' places are remembered per utterance, so a changed one is a new object.
  replace(u, changes) {
    const next = { ...u, ...changes };
    this.utterances[this.utterances.indexOf(u)] = next;
    return next;
  }

  utteranceAt(at) {
    let low = 0,
      high = this.utterances.length - 1,
      found;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.utterances[middle].start <= at + 0.05) {
        found = this.utterances[middle];
        low = middle + 1;
      } else high = middle - 1;
    }
    return found;
  }

  unclear() {
    return this.utterances.flatMap(u =>
      u.machine == null
        ? wordPlaces(u)
            .filter(w => w.sure < UNSURE)
            .map(w => ({ u, w }))
        : [],
    );
  }

  nextUnclear() {
    const all = this.unclear(),
      next = all.find(({ w }) => w.start > (this.unclearAt ?? -1)) ?? all[0];
    if (!next) return;
    this.unclearAt = next.w.start;
    const row = this.transcript.rowOf(next.u.id);
    row.focus({ preventScroll: true });
    this.transcript.setFollow(false);
    if (!isVisible(row, this.transcript.box)) this.transcript.reveal(next.u.id);
    mark('verbatim-found-now', [rangeIn(row.querySelector('p'), next.w.from, next.w.to)]);
  }

  measured(seconds) {
    this.duration = seconds;
    this.timeline.draw();
    this.player.tick();
  }

  // --- keys and size ---

  key(e) {
    const at = e.composedPath()[0],
      field = at.matches?.('input:not([type=range]), textarea, select');
    // Streamlit has letters of its own (R, C), and sees a key of the shadow tree as if no field had it.
    if (e.currentTarget === this.root) e.stopPropagation();
    if (field || e.defaultPrevented || e.altKey || e.ctrlKey || e.metaKey) return;
    const row = at.closest?.('.u'),
      u = row && this.transcript.utteranceOf(row),
      onRow = at === row;
    const does = {
      ' ': !at.matches?.('button') || at.matches('.go') ? () => this.player.toggle() : null,
      ArrowLeft: at.matches?.('input') ? null : () => this.player.skip(-5),
      ArrowRight: at.matches?.('input') ? null : () => this.player.skip(5),
      ArrowDown: row ? () => this.transcript.step(row, 1) : null,
      ArrowUp: row ? () => this.transcript.step(row, -1) : null,
      Home: row ? () => this.transcript.step(row, -Infinity) : null,
      End: row ? () => this.transcript.step(row, Infinity) : null,
      Enter: onRow
        ? () => {
            this.transcript.setFollow(true);
            this.player.playFrom(u.start);
          }
        : null,
      e: row && this.editable ? () => this.editing.open(u) : null,
      m: row && this.editable ? () => this.editing.openMenu(u, row.querySelector('.more')) : null,
      '/': () => this.find.input.focus(),
    }[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (does) {
      e.preventDefault();
      does();
    }
  }

  // As high as the window allows below what stands above it, so that the page itself need not scroll.
  fitHeight() {
    const frame = this.$('.frame'),
      main = this.root.host?.closest('[data-testid="stMain"]');
    const above = frame.getBoundingClientRect().top + (main?.scrollTop ?? scrollY);
    if (Math.abs(above - (this.above ?? 0)) < 1) return;
    this.above = above;
    frame.style.setProperty('--above', `${Math.round(above) + 24}px`);
  }

  destroy() {
    this.player.stop();
    this.timeline.watch.disconnect();
    this.watch.disconnect();
    removeEventListener('resize', this.fit);
    document.removeEventListener('keydown', this.onPageKey);
    this.root.removeEventListener('keydown', this.onKey);
    clearTimeout(this.editing.outbox.timer);
    for (const name of ['verbatim-word', 'verbatim-found', 'verbatim-found-now']) mark(name, []);
  }
}

const views = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!views.has(root)) views.set(root, new View(root));
  views.get(root).update(component);
  return () => {
    views.get(root)?.destroy();
    views.delete(root);
  };
}
