// Tables and form fields of the page, below its text.

const TICKED = { '[x]': 'Ticked', '[ ]': 'Not ticked' };

class Extras {
  constructor(view) {
    this.view = view;
    this.box = view.$('.extras');
  }

  draw(page) {
    const tables = page?.tables ?? [],
      fields = page?.fields ?? [];
    this.box.replaceChildren(
      ...tables.map((table, n) => this.table(table, tables.length > 1 ? `Table ${n + 1}` : 'Table', page)),
      ...(fields.length ? [this.fields(fields)] : []),
    );
  }

  table(table, title, page) {
    const copied = h('span', { class: 'note', role: 'status' });
    const copy = link('Copy', async () => {
      const cell = text => text.replace(/[\t\r\n]+/g, ' ');
      try {
        await navigator.clipboard.writeText(table.rows.map(row => row.map(cell).join('\t')).join('\n'));
        copied.textContent = 'Copied';
      } catch {
        copied.textContent = 'The browser did not allow copying.';
      }
    });
    const address = `${this.view.url}/pages/${page.number}/tables/${table.id}`;
    const csv = h('a', { class: 'link', href: address, download: true }, 'Save as CSV');
    const [first, ...rest] = table.rows;
    const row = (cells, tag) => h('tr', {}, ...cells.map(text => h(tag, { dir: 'auto' }, text)));
    return h(
      'section',
      { class: 'part', 'data-key': `t${table.id}`, 'aria-label': title },
      h('div', { class: 'head' }, h('h3', {}, title), copy, csv, copied),
      h(
        'div',
        { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': title },
        h('table', {}, h('tbody', {}, ...(first ? [row(first, 'th')] : []), ...rest.map(cells => row(cells, 'td')))),
      ),
    );
  }

  fields(fields) {
    const item = field =>
      h(
        'div',
        { 'data-key': `f${field.id}` },
        h('dt', { dir: 'auto' }, field.name || 'Without a name'),
        h('dd', { dir: 'auto' }, TICKED[field.value] ?? (field.value || 'Empty')),
      );
    return h(
      'section',
      { class: 'part', 'aria-label': 'Form fields' },
      h('div', { class: 'head' }, h('h3', {}, 'Form fields')),
      h('dl', {}, ...fields.map(item)),
    );
  }
}
