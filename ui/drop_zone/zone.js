// Where files are dropped or chosen. What takes them, an uploader's `sending`, outlives the page: the zone watches it.

const MEGA = 1000 * 1000;
const size = bytes =>
  bytes >= 1000 * MEGA
    ? `${(bytes / 1000 / MEGA).toFixed(1)} GB`
    : bytes >= MEGA
      ? `${(bytes / MEGA).toFixed(bytes < 10 * MEGA ? 1 : 0)} MB`
      : `${Math.ceil(bytes / 1000)} kB`;

const button = ([words, onclick]) =>
  Object.assign(document.createElement('button'), { type: 'button', textContent: words, onclick });

class DropZone {
  constructor(root, sending) {
    this.sending = sending;
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
    this.paint = () => this.show();
    sending.watchers.add(this.paint);
  }

  update({ data, setStateValue }) {
    this.data = data;
    this.setStateValue = setStateValue;
    const pick = this.$('.pick'),
      shut = Boolean(data.wait_for);
    pick.accept = data.accept.join(',');
    pick.disabled = shut;
    this.$('.zone').classList.toggle('shut', shut);
    this.$('.call').textContent = data.wait_for || this.call;
    this.$('.rules').textContent = `${data.accept.map(x => x.slice(1)).join(', ')} · ${this.rules()}`;
    this.show();
  }

  // Said before anything is sent. What a file really is, the server finds out from its bytes.
  refusal(file) {
    const { accept, max_bytes: limit } = this.data,
      dot = file.name.lastIndexOf('.');
    if (dot < 0 || !accept.includes(file.name.slice(dot).toLowerCase()))
      return `${file.name}: files of this type are not taken. Choose ${accept.join(', ')}.`;
    if (!file.size) return `${file.name} is empty. Choose another one.`;
    if (file.size > limit) return `${file.name} has ${size(file.size)}; at most ${size(limit)} can be sent.`;
    return null;
  }

  // To the page, where it is news; a page that comes back is told again unless there is nothing to tell.
  report(name, value, isNothing) {
    const told = JSON.stringify(value);
    if (!this.setStateValue || told === this.told) return;
    const first = this.told === undefined;
    this.told = told;
    if (!first || !isNothing) this.setStateValue(name, value);
  }

  destroy() {
    this.sending.watchers.delete(this.paint);
  }
}
