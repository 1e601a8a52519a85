// What is seen of it: the zone, the progress line, what to do next.

const left = seconds =>
  seconds < 60
    ? `${Math.max(1, Math.round(seconds))} s left`
    : `${Math.round(seconds / 60)} min left`;

class Zone extends DropZone {
  call = 'Choose an audio file, or drop it here';

  constructor(root) {
    super(root, sender);
  }

  rules() {
    return `up to ${size(this.data.max_bytes)} and ${this.data.longest}`;
  }

  take(files) {
    if (!files.length || this.data.wait_for || sender.isActive) return;
    const refused = files.length > 1 ? 'Send one file at a time.' : this.refusal(files[0]);
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
    $('.up').setAttribute('aria-busy', String(s.isActive));
    this.deeds();
    const state = s.state === 'waiting' ? 'sending' : s.state;
    this.report('status', { state, recording_id: s.recording }, s.state === 'idle');
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
    this.$('.deeds').replaceChildren(...does.map(button));
  }
}

export default mounted(Zone);
