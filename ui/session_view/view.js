// The mounted view. It lives on the root element: a rerun of the page calls update(), never a rebuild.

const isOfNote = act => act.startsWith('note-');

class View {
  constructor(root) {
    this.root = root;
    this.$ = selector => root.querySelector(selector);
    Object.assign(this, {
      utterances: [],
      gaps: [],
      events: [],
      byId: new Map(),
      places: new Map(),
      duration: 0,
      loaded: 0,
      editable: false,
    });
    this.faces = new Faces(this);
    this.voices = new Voices(this);
    this.transcript = new Transcript(this);
    this.unclear = new Unclear(this);
    this.find = new Find(this);
    this.timeline = new Timeline(this);
    this.player = new Player(this);
    this.outbox = new Outbox(this);
    this.editing = new Editing(this);
    this.evidence = new Evidence(this);
    this.risk = new Risk(this);
    this.writing = new Writing(this);
    this.note = new Note(this);
    this.menus = new Menus(this);
    this.keys = new Keys(this);
    this.fit = () => this.fitHeight();
    addEventListener('resize', this.fit);
    this.watch = new ResizeObserver(this.fit);
    const page = root.host?.closest('[data-testid="stMainBlockContainer"]');
    if (page) this.watch.observe(page);
  }

  update({ data, setStateValue }) {
    this.send = setStateValue;
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
    if (this.outbox.isAnsweredBy(data.answered)) this.note.saved(data.note?.saved);
    const settled = this.outbox.answered(data.answered);
    this.isFresh ||= fresh;
    if (this.outbox.busy) return this.note.update(data.note, false); // its answer brings what is stored
    this.reload(settled ? this.outbox.settle() : new Set(), data);
    this.fit();
  }

  // A change of the note goes with the revision its writer has seen: that of the one before, once that is answered.
  stamp(wish) {
    if (isOfNote(wish.act)) wish.rev = this.note.content?.revision ?? null;
  }

  // Reads again what the acts touched, and what the page says is new.
  reload(acts, data = this.data) {
    if (this.isFresh || [...acts].some(act => !isOfNote(act))) this.load();
    else if (this.voices.areNews(data.speakers)) this.redraw(true);
    this.isFresh = false;
    this.note.update(data.note, [...acts].some(isOfNote) || this.note.isLate);
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
      if (call !== this.call) return;
      if (this.outbox.busy) {
        this.isFresh = true;
        return;
      }
      this.utterances = said.utterances ?? [];
      this.gaps = said.gaps ?? [];
      this.events = said.events ?? [];
      this.stored = said.speakers ?? [];
      this.duration = said.duration || this.duration;
      if (said.language) this.transcript.box.lang = said.language;
      this.loaded++;
      this.redraw(true);
      this.open();
    } catch (error) {
      if (call === this.call) this.failed(error.status);
    } finally {
      this.player.audio.preload = 'metadata'; // not before the words are there, which are waited for
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

  // Open at the statement or the utterance the page asked for, once for each that it asks for.
  open() {
    this.note.openAt(this.data.note?.statement);
    const wanted = this.data.select;
    if (wanted == null || wanted === this.opened) return;
    this.opened = wanted;
    const row = this.transcript.rowOf(wanted);
    if (!row) return;
    this.faces.turn('said');
    row.focus({ preventScroll: true });
    this.transcript.setFollow(false);
    this.transcript.reveal(wanted);
    this.player.seek(this.byId.get(wanted).start);
  }

  // --- what is known ---

  redraw(again = false) {
    const all = this.utterances;
    this.voices.take(again);
    this.byId = new Map(all.map(u => [u.id, u]));
    this.places = new Map(all.map((u, i) => [u.id, i]));
    this.transcript.draw();
    this.voices.draw();
    this.unclear.draw();
    this.note.draw();
    this.find.again();
    this.player.tick();
    if (this.loaded)
      this.say(
        all.length ? '' : 'No speech was found in this recording. You can still listen to it.',
      );
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

  measured(seconds) {
    this.duration = seconds;
    this.timeline.draw();
    this.player.tick();
  }

  // --- size ---

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
    this.keys.stop();
    this.writing.stop();
    this.outbox.stop();
    for (const name of ['verbatim-word', 'verbatim-found', 'verbatim-found-now']) mark(name, []);
  }
}

export default mounted(View);
