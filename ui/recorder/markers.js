// "Important" at this second, with a word if somebody has one.

const SETTLES = 12_000; // ms that a word may take; then the marker goes to the server as it is

class Markers {
  constructor(recorder) {
    this.recorder = recorder;
    this.open = null; // the marker that may still get a word
    this.count = 0;
  }

  async put() {
    const { recorder } = this;
    if (recorder.state !== 'recording') return null;
    this.settle();
    this.count++;
    const at = recorder.position;
    const marker = await recorder.tape.note('marker', at, { isReady: false });
    this.open = { marker, tape: recorder.tape };
    this.extend();
    recorder.tell();
    return marker;
  }

  extend() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), SETTLES);
  }

  // The word so far. It is kept on this computer with the marker, and sent once it is done.
  settle(word = null) {
    clearTimeout(this.timer);
    if (!this.open) return;
    const { marker, tape } = this.open;
    this.open = null;
    const said = (word ?? marker.draft ?? '').trim().slice(0, 60);
    marker.word = said || null;
    marker.isReady = true;
    if (said) tape.keepNote(marker);
    this.recorder.outbox.go();
    this.recorder.tell();
  }

  write(draft) {
    if (!this.open) return;
    this.open.marker.draft = draft;
    this.extend();
  }
}
