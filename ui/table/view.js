// A list as a table of the page itself: found by the browser's search, read by a screen reader, and a row is clicked
// where the hand is. Every word comes as data and becomes text, never markup.

const made = (tag, more = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), more);
  element.append(...inside);
  return element;
};
const SECOND_CLICK = 1000; // ms in which it is a double click, or an impatient one
let tables = 0;

class Table {
  constructor(root) {
    this.root = made('div', { className: 'frame' });
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
    const table = made('table', { ariaLabel: name, role: 'table' }, this.widths(), this.head(), this.body());
    table.style.minWidth = `${fixed}px`;
    const scroll = made('div', { className: 'scroll' }, table);
    scroll.style.maxHeight = most ? `${most * 40 + 38}px` : 'none';
    if (!this.data.act) Object.assign(scroll, { tabIndex: 0, role: 'region', ariaLabel: name });
    this.root.replaceChildren(scroll);
    [scroll.scrollTop, scroll.scrollLeft] = at;
    if (focused) this.root.querySelector(`[data-at="${focused}"]`)?.focus();
  }

  widths() {
    const columns = this.data.columns.map(one => {
      const column = made('col');
      if (one.width) column.style.width = `${one.width}px`;
      return column;
    });
    if (this.data.act === 'tick') columns.unshift(made('col', { className: 'pick' }));
    return made('colgroup', {}, ...columns);
  }

  head() {
    const cells = this.data.columns.map(one =>
      made('th', { scope: 'col', role: 'columnheader', textContent: one.name, className: one.number ? 'number' : '' }),
    );
    if (this.data.act === 'tick')
      cells.unshift(
        made('th', { className: 'pick', role: 'columnheader' }, made('span', { className: 'hush', textContent: 'Tick' })),
      );
    return made('thead', { role: 'rowgroup' }, made('tr', { role: 'row' }, ...cells));
  }

  body() {
    const rows = this.ids.map((id, at) => this.row(id, at));
    return made('tbody', { role: 'rowgroup' }, ...rows);
  }

  row(id, at) {
    const { act, columns } = this.data,
      row = made('tr', { role: 'row', className: act ? 'can' : '' });
    columns.forEach((column, n) => row.append(this.cell(column, n, at)));
    if (act === 'tick') {
      const input = made('input', { type: 'radio', name: this.group, checked: id === this.ticked });
      input.ariaLabel = columns.slice(0, 2).map(one => this.words(one.cells[at])).join(', ');
      input.dataset.at = at;
      input.onchange = () => this.tick(id);
      input.onclick = event => event.stopPropagation();
      row.prepend(made('td', { className: 'pick', role: 'cell' }, input));
      row.classList.toggle('on', input.checked);
      row.onclick = event => !this.isSelecting(event) && this.tick(id === this.ticked ? null : id);
    }
    if (act === 'open') row.onclick = event => this.open(event, id);
    return row;
  }

  cell(column, n, at) {
    const given = column.cells[at],
      cell = made('td', { role: 'cell', className: [n ? '' : 'first', column.number ? 'number' : ''].join(' ').trim() });
    let inside = this.words(given);
    if (given?.tone) inside = made('span', { className: `mark ${given.tone}`, textContent: given.text });
    cell.dataset.name = column.name; // shown where a row is a card
    if (!n && this.data.act === 'open') {
      inside = made('a', { href: this.data.addresses[at], textContent: inside });
      inside.dataset.at = at;
    }
    cell.append(inside);
    return cell;
  }

  words(given) {
    return String(given?.text ?? given);
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
