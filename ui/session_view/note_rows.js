// The rows of the note: kept as the same elements while nothing in them changes, so that an open field,
// the focus and the place in the list survive whatever is drawn around them.

class NoteRows {
  constructor(view, note) {
    Object.assign(this, { view, note });
    this.rows = new Map(); // statement id -> {row, look}
    this.sections = new Map(); // key -> {box, list, heading, nothing, add}
    this.head = h('div', { class: 'ends' });
    this.foot = h('div', { class: 'ends' });
  }

  clear() {
    this.rows.clear();
    this.sections.clear();
  }

  draw() {
    const { content, box } = this.note;
    const kept = new Map();
    const sections = (content?.sections ?? []).map(section => this.section(section, kept));
    this.rows = kept;
    this.head.replaceChildren(...(content ? noteHead(content) : []));
    this.foot.replaceChildren(...(content ? noteFoot(content) : []));
    place(box, [this.head, ...sections, this.foot]);
    if (!box.querySelector('.s[tabindex="0"]'))
      box.querySelector('.s')?.setAttribute('tabindex', 0);
    this.heading();
  }

  section(section, kept) {
    const { editable } = this.note;
    const rows = section.statements.map(statement => this.entry(statement, kept));
    const made = this.sections.get(section.key) ?? this.made(section);
    this.sections.set(section.key, made);
    place(made.list, rows);
    made.list.hidden = !rows.length;
    made.nothing.hidden = rows.length > 0;
    made.nothing.textContent = section.is_assessed ? 'Nothing yet' : 'Not assessed';
    made.add.hidden = !editable;
    made.back.hidden = !editable || this.note.removed?.key !== section.key;
    return made.box;
  }

  made({ key, title }) {
    const list = h('div', { role: 'list' }),
      nothing = h('p', { class: 'na' });
    const add = h(
      'button',
      {
        type: 'button',
        class: 'add',
        'data-do': 'add',
        'data-section': key,
        'aria-label': `Add a statement to ${title}`,
      },
      'Add a statement',
    );
    const back = h(
      'p',
      { class: 'na', hidden: true },
      'Removed. ',
      h('button', { type: 'button', class: 'link', 'data-do': 'back' }, 'Put back'),
    );
    const head = h('div', { class: 'heading' }, h('h3', {}, title), add);
    return {
      list,
      nothing,
      add,
      back,
      box: h('section', { class: 'sec', 'aria-label': title }, head, list, back, nothing),
    };
  }

  entry(statement, kept) {
    const { evidence } = this.view;
    const passages = evidence.passages(statement.evidence.map(one => one.utterances));
    const papers = statement.evidence.filter(isOfDocument);
    const comments = this.note.content.comments ?? [];
    const remarks = comments.filter(one => one.is_open && one.statement === statement.id);
    const { editable } = this.note;
    const times = passages.map(lines => [lines[0].start, lines.map(u => u.id)]);
    const look = JSON.stringify([statement, times, remarks, editable]);
    const old = this.rows.get(statement.id);
    const isSame = old && (old.look === look || old.row.matches('.editing'));
    const row = isSame
      ? old.row
      : statementRow(statement, { passages, papers, editable, remarks });
    if (!isSame && old?.row.matches('[tabindex="0"]')) row.tabIndex = 0;
    row.classList.toggle('on', statement.id === this.note.pinned);
    kept.set(statement.id, { row, look: isSame ? old.look : look });
    return row;
  }

  heading() {
    const { $ } = this.view,
      { content, statements } = this.note;
    const open = statements.filter(isOpen).length;
    const isLocked = ['signed', 'countersigned'].includes(content?.state);
    const words = isLocked
      ? 'Signed and locked'
      : open
        ? `${open.toLocaleString('en')} to check`
        : 'No flags. Read it before you sign.';
    $('.head .title').textContent = content?.title || 'Note';
    $('.head .open').textContent = content && statements.length ? words : '';
    $('.head .open').classList.toggle('some', open > 0 && !isLocked);
  }
}
