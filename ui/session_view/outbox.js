// Corrections on their way to Python.

const PATIENCE = 8000; // ms to wait for an answer before showing what the server has

const isOfNote = wish => wish.act.startsWith('note-');

// Wishes go to Python one at a time: a second trigger would take the first one's place if it was not read yet.
class Outbox {
  constructor(view) {
    this.view = view;
    this.queue = [];
    this.sent = null;
    this.last = 0;
    this.touched = new Set(); // turns, note: what must be read again once all is answered
  }

  put(wish) {
    this.touched.add(isOfNote(wish) ? 'note' : 'turns');
    this.last = Math.max(this.last + 1, Date.now()); // numbers grow over reloads too
    this.queue.push({ n: this.last, ...wish });
    this.go();
  }

  go() {
    if (this.sent || !this.queue.length) return;
    this.sent = this.queue.shift();
    // With the revision its writer has seen: that of the wish before it, once that is answered.
    if (isOfNote(this.sent)) this.sent.rev = this.view.note.content?.revision ?? null;
    this.view.send('act', this.sent);
    this.timer = setTimeout(() => {
      if (this.done()) this.view.reload(this.settle());
    }, PATIENCE);
  }

  // What was touched since the last time, which is forgotten with this.
  settle() {
    const { touched } = this;
    this.touched = new Set();
    return touched;
  }

  isAnsweredBy(n) {
    return this.sent !== null && n >= this.sent.n;
  }

  // True when this answers the last wish: what the page shows must now become what is stored.
  answered(n) {
    return this.isAnsweredBy(n) && this.done();
  }

  done() {
    clearTimeout(this.timer);
    this.sent = null;
    this.go();
    return !this.busy;
  }

  get busy() {
    return this.sent !== null || this.queue.length > 0;
  }
}
