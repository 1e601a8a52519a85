// A list as a table of the page itself: found by the browser's search, read by a screen reader, and a row is clicked
// where the hand is.

const SECOND_CLICK = 1000; // ms in which it is a double click, or an impatient one
let tables = 0;

class Table {
  constructor(root) {
    this.root = h('div', { class: 'frame' });
    root.append(this.root);
    this.group = `rows-${++tables}`;
  }

  update({ data, setStateValue, setTriggerValue }) {
    Object.assign(this, { setStateValue, setTriggerValue });
    const told = JSON.stringify(data);
    if (told === this.told) return;
    this.told = told;
    this.data = data;
    if (this.ids?.join() !== data.ids.join()) this.busyUntil = 0;
    this.ids = data.ids;
    // What was ticked here is newer than what the page was drawn with; a row that has gone takes its tick along.
    if (this.ticked === undefined || (this.ticked !== null && !data.ids.includes(this.ticked)))
      this.ticked = data.ticked;
    this.draw();
  }

  draw() {
    const { name, columns, most } = this.data,
      before = this.root.firstChild,
      at = [before?.scrollTop ?? 0, before?.scrollLeft ?? 0],
      focused = this.root.getRootNode().activeElement?.dataset?.at;
    const fixed = columns.reduce((sum, one) => sum + (one.width ?? 110), this.data.act === 'tick' ? 44 : 0);
    const table = h('table', { 'aria-label': name, role: 'table' }, this.widths(), this.head(), this.body());
    table.style.minWidth = `${fixed}px`;
    const toRead = !this.data.act && { tabindex: 0, role: 'region', 'aria-label': name }; // scrolled by the keyboard
    const scroll = h('div', { class: 'scroll', ...toRead }, table);
    scroll.style.maxHeight = most ? `${most * 40 + 38}px` : 'none';
    this.root.replaceChildren(scroll);
    [scroll.scrollTop, scroll.scrollLeft] = at;
    if (focused) this.root.querySelector(`[data-at="${focused}"]`)?.focus();
  }

  widths() {
    const columns = this.data.columns.map(({ width }) => h('col', { style: width && `width: ${width}px` }));
    return h('colgroup', {}, this.data.act === 'tick' && h('col', { class: 'pick' }), ...columns);
  }

  head() {
    const head = (kind, inside) => h('th', { scope: 'col', role: 'columnheader', class: kind }, inside);
    const pick = this.data.act === 'tick' && head('pick', h('span', { class: 'hush' }, 'Tick'));
    const names = this.data.columns.map(one => head(one.number && 'number', one.name));
    return h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, pick, ...names));
  }

  body() {
    const rows = this.ids.map((id, at) => this.row(id, at));
    return h('tbody', { role: 'rowgroup' }, ...rows);
  }

  row(id, at) {
    const { act, columns } = this.data,
      cells = columns.map((column, n) => this.cell(column, n, at)),
      row = h('tr', { role: 'row', class: act && 'can' }, act === 'tick' && this.pick(id, at), ...cells);
    if (act === 'tick') {
      row.classList.toggle('on', id === this.ticked);
      row.onclick = event => !this.isSelecting(event) && this.tick(id === this.ticked ? null : id);
    }
    if (act === 'open') row.onclick = event => this.open(event, id);
    return row;
  }

  pick(id, at) {
    const [first, second] = this.data.columns.map(one => this.words(one.cells[at]));
    const input = h('input', {
      type: 'radio',
      name: this.group,
      checked: id === this.ticked,
      'aria-label': second ? `${first}, ${second}` : first,
      'data-at': at,
      onchange: () => this.tick(id),
      onclick: event => event.stopPropagation(),
    });
    return h('td', { class: 'pick', role: 'cell' }, input);
  }

  cell(column, n, at) {
    const given = column.cells[at],
      kinds = [!n && 'first', column.number && 'number'].filter(Boolean).join(' ');
    let inside = this.words(given);
    if (given.tone) inside = h('span', { class: `mark ${given.tone}` }, inside);
    if (!n && this.data.act === 'open') inside = h('a', { href: this.data.addresses[at], 'data-at': at }, inside);
    // The name is shown where a row is a card.
    return h('td', { role: 'cell', class: kinds, 'data-name': column.name }, inside);
  }

  words(given) {
    return String(given.text ?? given);
  }

  // Text that somebody marks to copy it is no click on the row. A link is followed by its key all the same.
  isSelecting(event) {
    if (!event.detail) return false;
    const root = this.root.getRootNode();
    return String((root.getSelection ? root : document).getSelection()) !== '';
  }

  tick(id) {
    this.ticked = id;
    this.draw();
    this.setStateValue('ticked', id);
  }

  open(event, id) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) {
      // A link does it by itself; beside the link the row does what the link would.
      if (!event.target.closest('a')) window.open(this.data.addresses[this.ids.indexOf(id)], '_blank', 'noopener');
      return;
    }
    event.preventDefault();
    if (this.isSelecting(event) || performance.now() < (this.busyUntil ?? 0)) return;
    this.busyUntil = performance.now() + SECOND_CLICK;
    event.currentTarget.classList.add('on');
    this.setTriggerValue('opened', id);
  }
}

export default mounted(Table);
