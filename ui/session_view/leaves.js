// The rows of a long list, some to a leaf. The browser sets a leaf out of sight aside as one: a change around the list,
// as a dialog that opens over it, costs as much as there are leaves, not rows.

const LEAF = 20; // rows
const A_LINE = 78; // characters, about

// About how many lines a row has, until the browser knows: whoever goes to the end of the list must come out there.
const lines = row => Math.ceil((row.querySelector('p')?.textContent.length || 1) / A_LINE);

class Leaves {
  constructor(box) {
    this.box = box;
    this.all = [];
  }

  fill(rows) {
    const leaves = [];
    for (let at = 0; at < rows.length; at += LEAF) {
      const leaf = this.all[leaves.length] ?? h('div', { class: 'leaf', role: 'presentation' }),
        some = rows.slice(at, at + LEAF);
      leaf.style.setProperty('--lines', some.reduce((sum, row) => sum + lines(row), 0));
      leaf.style.setProperty('--firsts', some.filter(row => row.matches('.first')).length);
      place(leaf, some);
      leaves.push(leaf);
    }
    this.all = leaves;
    place(this.box, leaves);
  }
}
