// Lines of the client's documents, found by their words, as evidence of the statement that is being written.

const MOST_CITED = 20; // what services.notes takes
const MOST_LISTED = 50;

const isOfDocument = one => one.document_id != null;
const placeOf = one => [one.document_id, one.page, one.line].join();
const plain = text =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();

// Where the words stand now: a new reading may have numbered the lines anew.
const standing = one => ({ page: one.page, line: one.line, ...one.stands });

// Lines that follow each other on a page are one passage, with one mark.
function joinedLines(cited) {
  const joined = [];
  for (const one of cited) {
    const last = joined.at(-1);
    const follows =
      last?.document_id === one.document_id &&
      last.page === one.page &&
      last.end + 1 === one.line &&
      !last.stands === !one.stands;
    if (follows) Object.assign(last, { end: one.line, quote: `${last.quote} ${one.quote}` });
    else joined.push({ ...one, end: one.line });
  }
  return joined;
}

// The mark of such a line in a statement: it opens the document there.
function paperMark(one) {
  const { page, line } = standing(one);
  const place = page == null ? 'document' : `p. ${page}`;
  const words = one.quote ? `\n“${one.quote}”` : '';
  if (!one.document)
    return h(
      'span',
      { class: 'page', title: `This document can no longer be opened.${words}` },
      `${place}, gone`,
    );
  const isChanged = one.stands === null && one.page != null;
  const query = [`id=${one.document_id}`, page != null && `page=${page}`, line != null && `line=${line}`];
  return h(
    'a',
    {
      class: isChanged ? 'page changed' : 'page',
      href: `/document?${query.filter(Boolean).join('&')}`,
      tabindex: -1,
      title: `${one.document}${isChanged ? '\nThe document no longer says:' : ''}${words}`,
      'aria-label': `Open ${one.document}, ${place}${isChanged ? ', changed since' : ''}`,
    },
    isChanged ? `${place}, changed` : place,
  );
}

class Citing {
  constructor(view, evidence, changed) {
    Object.assign(this, { view, changed });
    this.cited = evidence.filter(isOfDocument);
    this.before = this.cited.map(placeOf).join(' ');
    this.lines = []; // of the chosen document
    this.opener = h(
      'button',
      { type: 'button', class: 'link', 'aria-expanded': 'false', onclick: () => this.toggle() },
      'Cite a document',
    );
    this.choice = h('select', { 'aria-label': 'Document', onchange: () => this.read() });
    this.words = h('input', {
      type: 'text',
      'aria-label': 'Find a line by its words',
      placeholder: 'Find a line by its words',
      maxlength: 200,
      autocomplete: 'off',
      oninput: () => this.list(),
    });
    this.found = h('div', { class: 'found', role: 'group', 'aria-label': 'Lines of the document' });
    this.told = h('div', { class: 'hint', role: 'status' });
    this.tools = h('div', { class: 'choose' }, this.choice, this.words);
    this.panel = h('div', { class: 'papers', hidden: true }, this.tools, this.found, this.told);
    this.panel.onkeydown = e => this.key(e);
  }

  get isChanged() {
    return this.cited.map(placeOf).join(' ') !== this.before;
  }

  // As the server is asked for them.
  get places() {
    return this.cited.map(({ document_id, page, line }) => ({ document_id, page, line }));
  }

  has(one) {
    return this.cited.some(other => placeOf(other) === placeOf(one));
  }

  put(one) {
    const known = this.has(one);
    if (!known && this.cited.length >= MOST_CITED) {
      this.told.textContent = `A statement may cite ${MOST_CITED} lines of documents.`;
      return;
    }
    this.cited = known
      ? this.cited.filter(other => placeOf(other) !== placeOf(one))
      : [...this.cited, one];
    for (const row of this.found.children)
      row.setAttribute('aria-pressed', String(this.has(row.entry)));
    this.changed();
  }

  marks() {
    return this.cited.map(one => {
      const name = one.document ?? 'a document that is gone';
      const { page } = standing(one);
      const away = h(
        'button',
        {
          type: 'button',
          class: 'away',
          'aria-label': `Remove ${name}, page ${page}`,
          title: 'Remove',
          onclick: () => {
            this.put(one);
            this.opener.focus();
          },
        },
        '×',
      );
      return h('span', { class: 'page paper', title: one.quote ?? '' }, `${name}, p. ${page}`, away);
    });
  }

  // --- the panel ---

  toggle(open = this.panel.hidden) {
    this.panel.hidden = !open;
    this.opener.setAttribute('aria-expanded', String(open));
    if (!open) return this.opener.focus();
    if (!this.choice.options.length) this.load();
    else this.words.focus();
  }

  async load() {
    const known = await this.fetched('/documents');
    if (!known) return;
    this.tools.hidden = !known.length;
    if (!known.length) {
      this.told.textContent = 'No document of this client has been read yet.';
      return;
    }
    this.choice.replaceChildren(
      ...known.map(one => h('option', { value: one.document_id }, one.name)),
    );
    this.words.focus();
    this.read();
  }

  async read() {
    const ident = Number(this.choice.value);
    const name = this.choice.selectedOptions[0].textContent;
    this.lines = [];
    this.found.replaceChildren();
    const lines = await this.fetched(`/documents/${ident}`);
    if (!lines || Number(this.choice.value) !== ident) return;
    this.lines = lines.map(({ page, line, text }) => ({
      utterances: [],
      document_id: ident,
      document: name,
      page,
      line,
      quote: text,
      stands: { page, line },
      plain: plain(text),
    }));
    this.list();
    this.panel.scrollIntoView({ block: 'nearest' });
  }

  async fetched(path) {
    this.told.textContent = 'Loading.';
    try {
      const answer = await fetch(this.view.note.given.url + path, {
        headers: { Accept: 'application/json' },
        cache: 'no-store',
      });
      if (!answer.ok) throw new Error('refused');
      return await answer.json();
    } catch {
      this.told.textContent = 'The documents could not be loaded. Close this and try again.';
      return null;
    }
  }

  list() {
    const wanted = plain(this.words.value).split(/\s+/).filter(Boolean);
    const all = this.lines.filter(one => wanted.every(word => one.plain.includes(word)));
    this.found.replaceChildren(...all.slice(0, MOST_LISTED).map((one, at) => this.row(one, at)));
    this.found.scrollTop = 0;
    this.told.textContent =
      all.length > MOST_LISTED
        ? `The first ${MOST_LISTED} of ${many(all.length, 'line', 'lines')}. Add words to find fewer.`
        : all.length
          ? many(all.length, 'line', 'lines')
          : 'No line has these words.';
  }

  row(one, at) {
    const row = h(
      'button',
      {
        type: 'button',
        tabindex: at ? -1 : 0,
        'aria-pressed': String(this.has(one)),
        onclick: () => this.put(one),
      },
      h('small', {}, `p. ${one.page}`),
      h('span', { dir: 'auto' }, one.quote),
    );
    row.entry = one;
    return row;
  }

  // One tab stop, arrow keys inside. Keys of the view stay out of it.
  key(e) {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) return; // saves
    e.stopPropagation();
    const rows = [...this.found.children];
    const at = rows.indexOf(this.view.root.activeElement);
    const isField = e.target === this.words;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[e.key];
    if (e.key === 'Escape') {
      e.preventDefault();
      this.toggle(false);
    } else if (isField && (e.key === 'Enter' || e.key === 'ArrowDown')) {
      e.preventDefault();
      this.step(rows, 0);
    } else if (at >= 0 && to !== undefined) {
      e.preventDefault();
      if (to < 0) this.words.focus();
      else this.step(rows, Math.min(to, rows.length - 1));
    }
  }

  step(rows, to) {
    for (const [at, row] of rows.entries()) row.tabIndex = at === to ? 0 : -1;
    rows[to]?.focus();
  }
}
