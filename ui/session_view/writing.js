// The note changed by hand, statement by statement. Seen at once; each change goes out by itself.

// As the note has it until the server says so.
const evidenceOf = (utterances, citing) => [
  ...citing.cited,
  ...(utterances.length ? [{ utterances }] : []),
];
// What is not said stays as it is.
const asked = citing => (citing.isChanged ? { documents: citing.places } : {});

class Writing {
  constructor(view) {
    this.view = view;
    this.field = null; // the open one: {id, section, after, row, said, box, area, before}
    this.chosen = null; // lines that the open statement cites
    this.added = 0;
    this.outside = e => {
      if (this.field && !this.isPartOfIt(e.composedPath())) this.close(true);
    };
    document.addEventListener('pointerdown', this.outside, true);
  }

  get isOpen() {
    return this.field !== null;
  }

  // The transcript is where passages are chosen, the player where they are heard.
  isPartOfIt(path) {
    const { $ } = this.view;
    const parts = [this.field.row, $('.turns'), $('.bar'), $('.play'), $('.menu')];
    return parts.some(part => path.includes(part));
  }

  wish(change, wish) {
    this.view.note.removed = null;
    change();
    this.view.note.draw();
    this.view.outbox.put({ ...wish, note: this.view.note.given.id });
  }

  // A statement that is on its way to the server has no name there yet.
  known(id) {
    const found = this.view.note.editable && this.view.note.find(id);
    return found && !found.statement.isNew ? found : null;
  }

  keep(id) {
    const found = this.known(id);
    if (!found) return;
    this.wish(() => Object.assign(found.statement, { level: 'own', reasons: [] }), {
      act: 'note-keep',
      statement: id,
    });
    this.view.note.rowOf(id)?.focus({ preventScroll: true });
  }

  remove(id) {
    const found = this.known(id);
    if (!found) return;
    const all = found.section.statements,
      at = all.indexOf(found.statement);
    const take = () => {
      all.splice(at, 1);
      // Words of one's own are in no draft that they could come back from.
      if (found.statement.origin !== 'written') this.view.note.removed = { id, key: found.section.key };
    };
    this.wish(take, { act: 'note-remove', statement: id });
    const next = all[at] ?? all[at - 1];
    if (next) this.view.note.rowOf(next.id).focus({ preventScroll: true });
  }

  // As it was drafted. The server knows how.
  restore(id) {
    this.wish(() => {}, { act: 'note-restore', statement: id });
  }

  move(id, by) {
    const found = this.known(id);
    if (!found) return;
    const all = found.section.statements,
      to = all.indexOf(found.statement) + by;
    if (to < 0 || to >= all.length) return;
    this.wish(
      () => {
        all.splice(to - by, 1);
        all.splice(to, 0, found.statement);
      },
      { act: 'note-move', statement: id, section: found.section.key, position: to },
    );
    this.view.note.rowOf(id)?.focus({ preventScroll: true });
  }

  // To the end of another section.
  moveTo(id, key) {
    const found = this.known(id);
    const { note } = this.view;
    const section = note.content.sections.find(one => one.key === key);
    if (!found || !section || section === found.section) return;
    const position = section.statements.filter(one => !one.isNew).length;
    this.wish(
      () => {
        const left = found.section.statements.filter(one => one.id !== id);
        Object.assign(found.section, { statements: left, is_assessed: left.length > 0 });
        section.statements.push(found.statement);
        section.is_assessed = true;
      },
      { act: 'note-move', statement: id, section: key, position },
    );
    const row = note.rowOf(id);
    row.focus({ preventScroll: true });
    if (!isVisible(row, note.box)) reveal(row, note.box);
  }

  add(key, after = null) {
    if (!this.view.note.editable) return;
    this.close(true);
    const section = this.view.note.content.sections.find(one => one.key === key);
    const at = section.statements.findIndex(one => one.id === after);
    const id = `new ${++this.added}`;
    section.statements.splice(at < 0 ? section.statements.length : at + 1, 0, {
      id,
      text: '',
      speaker: null,
      evidence: [],
      level: 'own',
      reasons: [],
      origin: 'written',
      isNew: true,
    });
    this.view.note.draw();
    this.show(id, after);
  }

  open(id) {
    if (!this.known(id)) return;
    this.close(true);
    this.show(id);
  }

  // --- the field ---

  show(id, after = null) {
    const { view } = this;
    const { statement, section } = view.note.find(id);
    const row = view.note.rowOf(id),
      said = row.querySelector('p');
    const area = h('textarea', { 'aria-label': 'Statement', maxlength: 4000, rows: 2, dir: 'auto' });
    const button = (words, does) =>
      h('button', { type: 'button', class: 'link', onclick: does }, words);
    const save = button('Save', () => this.close(true));
    const ev = h('span', { class: 'ev' });
    this.citing = new Citing(view, statement.evidence, () => this.marks());
    const box = h(
      'div',
      { class: 'writing' },
      area,
      h('div', { class: 'hint' }, 'Click lines of the transcript to add or remove passages. ', ev),
      h(
        'div',
        { class: 'tools2' },
        save,
        button('Cancel', () => this.close(false)),
        this.citing.opener,
        h('span', { class: 'hint' }, 'Ctrl + Enter saves, Esc cancels'),
      ),
      this.citing.panel,
    );
    area.value = statement.text;
    area.oninput = () => {
      save.disabled = !area.value.trim();
    };
    area.oninput();
    box.onkeydown = e => this.key(e);
    row.classList.add('editing');
    said.replaceWith(box);
    this.field = { id, section, after, row, said, box, area, ev };
    this.chosen = view.evidence.linesOf(statement);
    this.before = this.chosen.join();
    view.$('.frame').classList.add('choosing');
    this.marks();
    view.note.light();
    area.focus();
    if (!isVisible(row, view.note.box)) row.scrollIntoView({ block: 'nearest' });
  }

  key(e) {
    if (e.key === 'Escape') {
      e.preventDefault();
      this.close(false);
    }
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      this.close(true);
    }
  }

  toggle(utterance) {
    const has = this.chosen.includes(utterance);
    const { places } = this.view;
    this.chosen = has
      ? this.chosen.filter(id => id !== utterance)
      : [...this.chosen, utterance].sort((a, b) => places.get(a) - places.get(b));
    this.marks();
    this.view.note.light();
  }

  marks() {
    const passages = this.view.evidence.passages(this.chosen.map(id => [id]));
    const marks = [
      ...passages.map(lines => h('span', { class: 'page' }, hms(lines[0].start))),
      ...this.citing.marks(),
    ];
    this.field.ev.replaceChildren(
      ...(marks.length ? marks : ['Without a passage it is your own words.']),
    );
  }

  close(save) {
    if (!this.field) return;
    const { id, section, after, row, said, box, area } = this.field;
    const { chosen, citing } = this;
    this.field = this.chosen = this.citing = null;
    this.view.$('.frame').classList.remove('choosing');
    box.replaceWith(said);
    row.classList.remove('editing');
    this.view.note.rows.get(id).look = null; // drawn anew
    const text = area.value.split(/\s+/).filter(Boolean).join(' ');
    const found = this.view.note.find(id);
    if (found?.statement.isNew) this.closeNew(found, section, after, save && text, chosen, citing);
    else if (found && save) this.changed(found.statement, text, chosen, citing);
    this.view.note.draw();
    this.view.note.rowOf(id)?.focus({ preventScroll: true });
    if (this.view.note.isLate && !this.view.outbox.busy) this.view.note.load();
  }

  closeNew({ statement, section }, { key }, after, text, utterances, citing) {
    if (!text) {
      section.statements.splice(section.statements.indexOf(statement), 1);
      return;
    }
    this.wish(
      () => {
        statement.text = text;
        statement.evidence = evidenceOf(utterances, citing);
        statement.level = statement.evidence.length ? 'supported' : 'own';
        section.is_assessed = true;
      },
      { act: 'note-add', section: key, after, text, utterances, ...asked(citing) },
    );
  }

  // As the server will hold it before it looks at the passages: what is one's own stays that.
  changed(statement, text, chosen, citing) {
    if (chosen.join() !== this.before || citing.isChanged)
      this.wish(
        () => {
          statement.evidence = evidenceOf(chosen, citing);
          statement.level = statement.evidence.length ? 'supported' : 'own';
          statement.reasons = [];
        },
        {
          act: 'note-evidence',
          statement: statement.id,
          utterances: chosen,
          ...asked(citing),
        },
      );
    if (text && text !== statement.text) {
      const isOwn = statement.level === 'own' || !statement.evidence.length;
      const level = isOwn ? 'own' : 'supported';
      this.wish(() => Object.assign(statement, { text, level, reasons: [] }), {
        act: 'note-edit',
        statement: statement.id,
        text,
      });
    }
  }

  stop() {
    document.removeEventListener('pointerdown', this.outside, true);
  }
}
