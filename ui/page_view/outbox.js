// Corrections on their way to Python, one at a time: a second trigger would take the first one's place.

const PATIENCE = 8000; // ms to wait for an answer before showing what the server has

class Outbox {
  constructor(view) {
    this.view = view;
    this.queue = [];
    this.sent = null;
    this.last = 0;
  }

  put(wish) {
    this.last = Math.max(this.last + 1, Date.now()); // numbers grow over reloads too
    this.queue.push({ n: this.last, ...wish });
    this.go();
  }

  go() {
    if (this.sent || !this.queue.length) return;
    this.sent = this.queue.shift();
    this.view.send('act', this.sent);
    this.timer = setTimeout(() => {
      if (this.done()) this.view.load();
    }, PATIENCE);
  }

  // True when this answers the last wish: what the page shows must now become what is stored.
  answered(n) {
    return this.sent !== null && n >= this.sent.n && this.done();
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
