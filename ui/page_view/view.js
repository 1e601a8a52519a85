// The mounted view. It lives on the root element: a rerun of the page calls update(), never a rebuild.

class View {
  constructor(root) {
    this.root = root;
    this.$ = selector => root.querySelector(selector);
    this.number = 0; // of the page that is shown
    this.page = null;
    this.outbox = new Outbox(this);
    this.sheet = new Sheet(this);
    this.lines = new Lines(this);
    this.extras = new Extras(this);
    this.choosing = new Choosing(this);
    this.$('.before').onclick = () => this.show(this.number - 1);
    this.$('.after').onclick = () => this.show(this.number + 1);
    const number = this.$('.number');
    number.onchange = () => this.show(Number.parseInt(number.value, 10) || this.number);
    this.$('.check').onclick = () => this.next(this.page.lines.filter(isLow).map(line => line.id));
    this.$('.found').onclick = () => this.nextHit();
    const two = this.$('.two');
    // By its moves: what comes to lie below a pointer that rests, after a click in the list before, is not pointed at.
    two.addEventListener('pointermove', e => this.light(this.keyOf(e)));
    two.addEventListener('focusin', e => this.light(this.keyOf(e)));
    this.$('.boxes').onclick = e => this.onBox(this.keyOf(e));
    this.$('.lines').addEventListener('click', e => this.onRow(e.target.closest('.line')));
  }

  onBox(key) {
    if (!key) return;
    this.open(key);
    if (this.choosing.on && key[0] === 'l') this.choosing.toggle(Number(key.slice(1)));
  }

  onRow(row) {
    if (!row) return;
    if (!row.matches('.editing')) this.lines.focus(row);
    this.sheet.reveal(row.dataset.key);
    if (this.choosing.on) this.choosing.toggle(Number(row.dataset.line));
  }

  update({ data, setStateValue }) {
    this.send = setStateValue;
    const before = this.data ?? {};
    this.data = data;
    this.url = data.url;
    this.editable = data.editable;
    if (before.cited !== undefined && before.cited !== data.cited) this.choosing.stop();
    const moved = ['url', 'page', 'line', 'words'].some(name => before[name] !== data[name]);
    if (moved) {
      this.wanted = data.line; // the line that the page's address names
      const first = Object.keys(data.hits).map(Number).sort((a, b) => a - b)[0];
      this.show(before.words !== data.words && first ? first : data.page);
      return;
    }
    const settled = this.outbox.answered(data.answered);
    if (this.outbox.busy) return; // its answer brings what is stored
    if (settled || before.revision !== data.revision || before.pages !== data.pages) this.load();
    else if (before.editable !== data.editable) this.draw();
  }

  hits(page = this.number) {
    return this.data.hits[String(page)] ?? [];
  }

  show(wanted) {
    const number = Math.min(Math.max(wanted, 1), Math.max(this.data.pages, 1));
    if (number !== this.number) this.page = null;
    this.number = number;
    this.load();
  }

  // Fetch what is stored and show it. A later call makes an earlier one void.
  async load() {
    const call = (this.call = Symbol('load')),
      number = this.number;
    this.head();
    this.sheet.load(this.url, number);
    try {
      const answer = await fetch(`${this.url}/pages/${number}`, {
        headers: { Accept: 'application/json' },
        cache: 'no-store',
      });
      if (!answer.ok) throw Object.assign(new Error('refused'), { status: answer.status });
      const page = await answer.json();
      if (call !== this.call || this.outbox.busy) return;
      this.page = page;
      this.draw();
      const [hit] = this.hits();
      if (this.wanted != null && number === this.data.page) {
        this.open(`l${this.wanted}`);
        this.wanted = null;
      } else if (hit != null && this.jumped !== `${number} ${this.data.words}`) {
        this.jumped = `${number} ${this.data.words}`;
        this.open(`l${hit}`, false);
      }
    } catch (error) {
      if (call === this.call) this.failed(error.status);
    }
  }

  failed(status) {
    this.page = null;
    this.draw();
    const nothing = this.$('.nothing');
    nothing.hidden = false;
    nothing.textContent =
      status === 401
        ? 'You are signed out. Sign in again to read this page.'
        : status === 404
          ? 'This page has not been read yet.'
          : 'The text could not be loaded. It is safe on the server. Load the page again.';
  }

  draw() {
    const hits = new Set(this.hits());
    this.sheet.draw(this.page, hits);
    this.lines.draw(this.page, hits, this.data.words);
    this.extras.draw(this.page);
    this.choosing.paint();
    this.head();
    const lit = this.lit; // its marks were drawn anew
    this.light(undefined);
    this.light(lit);
  }

  head() {
    const { pages } = this.data,
      low = (this.page?.lines ?? []).filter(isLow).length;
    this.$('.number').value = this.number;
    this.$('.of').textContent = `of ${pages.toLocaleString('en')}`;
    this.$('.before').disabled = this.number <= 1;
    this.$('.after').disabled = this.number >= pages;
    const check = this.$('.check');
    check.hidden = !low;
    check.textContent = `${many(low, 'line', 'lines')} to check`;
    const places = Object.values(this.data.hits).reduce((sum, ids) => sum + ids.length, 0);
    const found = this.$('.found');
    found.hidden = places < 2;
    found.textContent = `Next of ${many(places, 'line', 'lines')} found`;
    this.$('.note').textContent = this.page?.lines.length ? this.page.note || '' : '';
  }

  // --- the link between the two sides ---

  keyOf(e) {
    return e.target.closest?.('[data-key]')?.dataset.key;
  }

  light(key) {
    if (this.lit === key) return;
    this.lit = key;
    for (const old of this.root.querySelectorAll('.on')) old.classList.remove('on');
    if (!key) return;
    for (const part of this.root.querySelectorAll(`[data-key="${key}"]`)) part.classList.add('on');
  }

  open(key, focus = true) {
    if (!key) return;
    const row = this.$(`.text [data-key="${key}"]`);
    if (focus && row?.matches('.line')) this.lines.focus(row);
    else row?.scrollIntoView({ block: 'nearest' });
    this.light(undefined);
    this.light(key);
    this.sheet.reveal(key);
  }

  // The next of some lines behind the one that is lit, the first again after the last.
  next(ids) {
    const at = this.lit?.startsWith('l') ? Number(this.lit.slice(1)) : -1;
    this.open(`l${ids.find(id => id > at) ?? ids[0]}`);
  }

  nextHit() {
    const at = this.lit?.startsWith('l') ? Number(this.lit.slice(1)) : -1;
    const here = this.hits().find(id => id > at);
    if (here != null) return this.open(`l${here}`);
    const pages = Object.keys(this.data.hits).map(Number).sort((a, b) => a - b);
    const to = pages.find(page => page > this.number) ?? pages[0];
    this.jumped = null;
    if (to === this.number) this.open(`l${this.hits()[0]}`);
    else this.show(to);
  }

  // --- corrections: shown at once, replaced by what the server says ---

  correct(line, words) {
    if (!words || words === line.text) return;
    const machine = line.machine ?? line.text,
      page = this.page.number;
    const back = words === machine;
    const next = { ...line, text: words };
    if (back) delete next.machine;
    else next.machine = machine;
    this.page.lines[line.id] = next;
    this.draw();
    const row = this.lines.rowOf(line.id);
    if (row) this.lines.focus(row);
    this.outbox.put(
      back
        ? { act: 'restore', page, line: line.id }
        : { act: 'correct', page, line: line.id, text: words },
    );
  }

  destroy() {
    this.sheet.watch.disconnect();
    this.outbox.stop();
  }
}

export default mounted(View);
