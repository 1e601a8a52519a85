// What is seen of it: the zone, and a row for each file.

class Zone extends DropZone {
  call = 'Choose files, or drop them here';

  constructor(root) {
    super(root, pile);
    this.$('.pick').multiple = true;
    this.rows = new Map();
  }

  rules() {
    return this.data.rules;
  }

  take(files) {
    if (!files.length || this.data.wait_for) return;
    const refused = files.map(file => this.refusal(file)).filter(Boolean);
    this.$('.told').textContent = refused.join(' ');
    const good = files.filter(file => !this.refusal(file));
    if (good.length) pile.add(good, this.data);
  }

  show() {
    const list = this.$('.files');
    for (const [one, row] of this.rows)
      if (!pile.files.includes(one)) {
        row.remove();
        this.rows.delete(one);
      }
    for (const one of pile.files) {
      if (!this.rows.has(one)) {
        this.rows.set(one, this.row(one));
        list.append(this.rows.get(one));
      }
      this.fill(this.rows.get(one), one);
    }
    this.report('stored', pile.stored, !pile.stored.length);
  }

  row(one) {
    const row = document.createElement('li');
    row.innerHTML =
      '<span class="line"><b class="name"></b><span><span class="words" role="status"></span></span></span>' +
      '<span class="track"><i></i></span>';
    row.querySelector('.name').textContent = one.name;
    return row;
  }

  fill(row, one) {
    row.querySelector('.words').textContent = one.words;
    row.querySelector('.track i').style.width = `${100 * one.sent}%`;
    if (row.dataset.state === one.state) return;
    row.dataset.state = one.state;
    for (const old of row.querySelectorAll('button')) old.remove();
    const does =
      {
        waiting: [['Cancel', () => pile.drop(one)]],
        sending: [['Cancel', () => pile.drop(one)]],
        failed: [...(one.mayRetry ? [['Try again', () => pile.again(one)]] : []), ['Dismiss', () => pile.drop(one)]],
      }[one.state] ?? [];
    row.querySelector('.line').lastChild.append(...does.map(button));
  }
}

export default mounted(Zone);
