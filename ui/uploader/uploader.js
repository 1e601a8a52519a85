// What is seen of it: the zone, the progress line, what to do next.

const MEGA = 1000 * 1000;
const size = bytes =>
  bytes >= 1000 * MEGA
    ? `${(bytes / 1000 / MEGA).toFixed(1)} GB`
    : bytes >= MEGA
      ? `${(bytes / MEGA).toFixed(bytes < 10 * MEGA ? 1 : 0)} MB`
      : `${Math.ceil(bytes / 1000)} kB`;
const left = seconds =>
  seconds < 60
    ? `${Math.max(1, Math.round(seconds))} s left`
    : `${Math.round(seconds / 60)} min left`;

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
    this.paint = () => this.show();
    sender.watchers.add(this.paint);
  }

  update({ data, setStateValue }) {
    this.data = data;
    this.report = setStateValue;
    const pick = this.$('.pick'),
      shut = Boolean(data.wait_for);
    pick.accept = data.accept.join(',');
    pick.disabled = shut;
    this.$('.zone').classList.toggle('shut', shut);
    this.$('.call').textContent = data.wait_for || 'Choose an audio file, or drop it here';
    this.$('.rules').textContent =
      `${data.accept.map(x => x.slice(1)).join(', ')} · up to ${size(data.max_bytes)} and ${data.longest}`;
    this.show();
  }

  // Said before anything is sent. Whether it is audio at all, the server finds out by decoding it.
  refusal(files) {
    const { accept, max_bytes: limit } = this.data;
    if (files.length !== 1) return 'Send one file at a time.';
    const [file] = files,
      dot = file.name.lastIndexOf('.'),
      ending = dot < 0 ? '' : file.name.slice(dot).toLowerCase();
    if (!accept.includes(ending))
      return `This type of file is not taken. Choose one that ends in ${accept.join(', ')}.`;
    if (!file.size) return 'This file is empty. Choose another one.';
    if (file.size > limit)
      return `This file has ${size(file.size)}; at most ${size(limit)} can be sent.`;
    return null;
  }

  take(files) {
    if (!files.length || this.data.wait_for || sender.isActive) return;
    const refused = this.refusal(files);
    this.$('.told').textContent = refused ?? '';
    if (!refused) sender.start(files[0], this.data);
  }

  show() {
    const { $ } = this,
      s = sender,
      share = s.total ? s.sent / s.total : 0;
    $('.up').dataset.state = s.state;
    $('.name').textContent = s.name;
    $('.figures').textContent =
      s.state === 'idle' || s.state === 'failed'
        ? ''
        : `${Math.round(100 * share)} % · ${size(s.sent)} of ${size(s.total)}`;
    $('.track i').style.width = `${100 * share}%`;
    $('.track').setAttribute('aria-valuenow', Math.round(100 * share));
    $('.words').textContent = this.words(share);
    this.deeds();
    const status = {
      state: s.state === 'waiting' ? 'sending' : s.state,
      recording_id: s.recording,
    };
    const told = JSON.stringify(status);
    if (this.report && told !== this.told) {
      const first = this.told === undefined;
      this.told = told;
      if (!first || s.state !== 'idle') this.report('status', status); // a page that comes back is told again
      $('.up').setAttribute('aria-busy', String(s.isActive));
    }
  }

  words(share) {
    const s = sender;
    if (s.state === 'done') return 'Sent and stored encrypted.';
    if (s.state !== 'sending') return s.words;
    if (share >= 1) return 'All sent. The server checks the recording.';
    return s.rate
      ? `Keep this window open. ${left((s.total - s.sent) / s.rate)}`
      : 'Keep this window open.';
  }

  // Built anew only when what can be done changes, so that a focused button stays the same one.
  deeds() {
    const s = sender,
      does =
        {
          sending: [['Cancel', () => s.cancel()]],
          waiting: [
            ['Try now', () => s.attempt()],
            ['Cancel', () => s.cancel()],
          ],
          failed: [
            ...(s.mayRetry ? [['Try again', () => s.again()]] : []),
            ['Choose another file', () => s.cancel()],
          ],
          done: [['Send another file', () => s.cancel()]],
        }[s.state] ?? [];
    const offered = does.map(([words]) => words).join();
    if (offered === this.offered) return;
    this.offered = offered;
    this.$('.deeds').replaceChildren(
      ...does.map(([words, onclick]) =>
        Object.assign(document.createElement('button'), {
          type: 'button',
          textContent: words,
          onclick,
        }),
      ),
    );
  }

  destroy() {
    sender.watchers.delete(this.paint);
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
