// The lines as text: one tab stop, arrow keys inside, each of them editable.

class Lines {
  constructor(view) {
    this.view = view;
    this.box = view.$('.lines');
    this.box.addEventListener('keydown', e => this.key(e));
  }

  draw(page, hits, words) {
    this.open = null;
    const lines = page?.lines ?? [];
    this.box.replaceChildren(...lines.map(line => this.row(line, hits.has(line.id) ? words : '')));
    const first = this.box.firstElementChild;
    if (first) first.tabIndex = 0;
    const nothing = this.view.$('.nothing');
    nothing.hidden = lines.length > 0 || !page;
    nothing.textContent = page?.note || 'No text was found on this page.';
  }

  row(line, words) {
    const said = h('p', { dir: 'auto' }, ...marked(line.text, words));
    const small = h('small', {});
    if (line.machine != null)
      small.append(h('span', { class: 'why', title: `Read as: ${line.machine}` }, 'corrected'));
    else if (isLow(line))
      small.append(h('span', { class: 'why' }, `check, ${percent(line.confidence)} sure`));
    if (this.view.editable) {
      const edit = link('Edit', () => this.edit(line));
      edit.tabIndex = -1; // Enter on the line does the same
      small.append(edit);
    }
    return h(
      'div',
      {
        class: `line ${line.role} ${isLow(line) ? 'low' : ''}`,
        role: 'listitem',
        tabindex: -1,
        'data-key': `l${line.id}`,
        'data-line': line.id,
        ondblclick: () => this.edit(line),
      },
      said,
      small,
    );
  }

  rowOf(id) {
    return this.box.querySelector(`[data-line="${id}"]`);
  }

  key(e) {
    const row = e.target.closest('.line');
    if (!row || e.target !== row) return;
    const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[e.key];
    if (to) {
      e.preventDefault();
      this.focus(to);
    }
    const { choosing } = this.view;
    if (e.key === ' ' || (e.key === 'Enter' && choosing.on)) {
      e.preventDefault();
      choosing.toggle(Number(row.dataset.line));
    } else if (e.key === 'Enter' || e.key === 'F2') {
      e.preventDefault();
      const line = this.view.page?.lines[Number(row.dataset.line)];
      if (line) this.edit(line);
    }
  }

  focus(row) {
    for (const other of this.box.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    row.tabIndex = 0;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  edit(line) {
    if (!this.view.editable || this.view.choosing.on) return;
    this.close(true);
    const row = this.rowOf(line.id),
      kids = [...row.childNodes];
    const field = h('input', {
      type: 'text',
      maxlength: 2000,
      'aria-label': `Text of line ${line.id + 1}`,
      dir: 'auto',
      autocomplete: 'off',
    });
    field.value = line.text;
    const tools = h('div', { class: 'tools' }, link('Save', () => this.close(true)), link('Cancel', () => this.close(false)));
    if (line.machine != null)
      tools.append(
        link('Put back', () => {
          field.value = line.machine;
          this.close(true);
        }),
        h('span', {}, `Read as: ${line.machine}`),
      );
    tools.append(h('span', {}, 'Enter saves, Esc cancels'));
    field.onkeydown = e => {
      if (e.key !== 'Enter' && e.key !== 'Escape') return;
      e.preventDefault();
      e.stopPropagation();
      this.close(e.key === 'Enter');
    };
    row.classList.add('editing');
    row.replaceChildren(h('div', { class: 'field' }, field, tools));
    this.open = { line, row, kids, field };
    this.view.light(`l${line.id}`);
    field.focus();
  }

  close(save) {
    if (!this.open) return;
    const { line, row, kids, field } = this.open;
    this.open = null;
    row.classList.remove('editing');
    row.replaceChildren(...kids);
    this.focus(row);
    if (save) this.view.correct(line, clean(field.value));
  }
}
