// What is seen of it: the zone, and a row for each file.

const MEGA = 1000 * 1000;
const size = bytes =>
  bytes >= MEGA ? `${(bytes / MEGA).toFixed(bytes < 10 * MEGA ? 1 : 0)} MB` : `${Math.ceil(bytes / 1000)} kB`;

class Zone {
  constructor(root) {
    this.root = root;
    this.$ = selector => root.querySelector(selector);
    const zone = this.$('.zone'),
      pick = this.$('.pick');
    pick.onchange = () => {
      this.take([...pick.files]);
      pick.value = '';
    };
    zone.ondragover = e => {
      e.preventDefault();
      zone.classList.toggle('over', !this.data.wait_for);
    };
    zone.ondragleave = () => zone.classList.remove('over');
    zone.ondrop = e => {
      e.preventDefault();
      zone.classList.remove('over');
      this.take([...e.dataTransfer.files]);
    };
    this.rows = new Map();
    this.paint = () => this.show();
    pile.watchers.add(this.paint);
  }

  update({ data, setStateValue }) {
    this.data = data;
    this.report = setStateValue;
    const pick = this.$('.pick'),
      shut = Boolean(data.wait_for);
    pick.accept = data.accept.join(',');
    pick.disabled = shut;
    this.$('.zone').classList.toggle('shut', shut);
    this.$('.call').textContent = data.wait_for || 'Choose files, or drop them here';
    this.$('.rules').textContent = `${data.accept.map(x => x.slice(1)).join(', ')} · ${data.rules}`;
    this.show();
  }

  // Said before anything is sent. What a file really is, the server finds out by its bytes.
  refusal(file) {
    const { accept, max_bytes: limit } = this.data,
      dot = file.name.lastIndexOf('.');
    if (dot < 0 || !accept.includes(file.name.slice(dot).toLowerCase()))
      return `${file.name}: files of this type are not taken. Choose ${accept.join(', ')}.`;
    if (!file.size) return `${file.name} is empty.`;
    if (file.size > limit) return `${file.name} has ${size(file.size)}; at most ${size(limit)} can be sent.`;
    return null;
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
    const told = JSON.stringify(pile.stored);
    if (this.report && told !== this.told) {
      const first = this.told === undefined;
      this.told = told;
      if (!first || pile.stored.length) this.report('stored', pile.stored); // a page that comes back is told again
    }
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
    const does = {
      waiting: [['Cancel', () => pile.drop(one)]],
      sending: [['Cancel', () => pile.drop(one)]],
      failed: [...(one.mayRetry ? [['Try again', () => pile.again(one)]] : []), ['Dismiss', () => pile.drop(one)]],
    }[one.state];
    for (const [words, onclick] of does ?? [])
      row.querySelector('.line').lastChild.append(
        Object.assign(document.createElement('button'), { type: 'button', textContent: words, onclick }),
      );
  }

  destroy() {
    pile.watchers.delete(this.paint);
  }
}

const zones = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!zones.has(root)) zones.set(root, new Zone(root));
  zones.get(root).update(component);
  return () => {
    zones.get(root)?.destroy();
    zones.delete(root);
  };
}
