// What a view's reader asks for, on its way to Python (ui/wishes.py), which answers with the number of the last wish
// that it took. One at a time: a second one would take the first one's place in the view's state if that was not read
// yet. A wish that has no answer is sent again until it has one; Python does no number twice.

const PATIENCE = 4000; // ms to wait for an answer, twice as long after each time
const LONGEST = 30_000; // ms: a run that takes its time must not be interrupted for ever

class Outbox {
  constructor(view) {
    this.view = view;
    this.queue = [];
    this.sent = null;
    this.held = null; // a link that was clicked meanwhile
    this.last = 0;
    this.acts = new Set(); // asked for since all was answered the last time
    this.warn = e => this.busy && e.preventDefault(); // a reload ends the run that would have stored it
    this.hold = e => this.holds(e);
    addEventListener('beforeunload', this.warn);
    addEventListener('click', this.hold, true); // before Streamlit hears of it
  }

  // A link to another page waits for the answer: Streamlit's next run is then of that page, without this view's state,
  // and a run that was stopped for it before it had taken the wish would have lost it.
  holds(event) {
    const link = event.composedPath().find(part => part.localName === 'a' && part.href);
    const isElsewhere = link?.target === '_blank' || link?.hasAttribute('download');
    if (!this.busy || !link || isElsewhere || event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held = link;
    this.say('Saving before you leave.');
  }

  put(wish) {
    this.acts.add(wish.act);
    this.last = Math.max(this.last + 1, Date.now()); // numbers grow over reloads too
    this.queue.push({ n: this.last, ...wish });
    this.go();
    this.mark();
  }

  go() {
    if (this.sent || !this.queue.length) return;
    this.sent = this.queue.shift();
    this.view.stamp?.(this.sent);
    this.post(PATIENCE);
  }

  post(wait) {
    this.view.send('act', this.sent);
    this.timer = setTimeout(() => {
      this.say('Not saved yet. Trying again.');
      this.post(Math.min(2 * wait, LONGEST));
    }, wait);
  }

  isAnsweredBy(n) {
    return this.sent !== null && n >= this.sent.n;
  }

  // True when this answers the last wish: what the page shows must now become what is stored.
  answered(n) {
    if (!this.isAnsweredBy(n)) return false;
    clearTimeout(this.timer);
    this.sent = null;
    this.say('');
    this.go();
    this.mark();
    if (this.busy) return false;
    const link = this.held;
    this.held = null;
    link?.click();
    return true;
  }

  // The acts since the last time, which are forgotten with this.
  settle() {
    const { acts } = this;
    this.acts = new Set();
    return acts;
  }

  get busy() {
    return this.sent !== null || this.queue.length > 0;
  }

  say(words) {
    if (this.line.textContent === words) return;
    this.line.hidden = !words;
    this.line.textContent = words;
  }

  // For whoever drives the page, and must not leave it before all is stored.
  mark() {
    this.line.toggleAttribute('data-waiting', this.busy);
  }

  get line() {
    return this.view.root.querySelector('.unsent');
  }

  stop() {
    clearTimeout(this.timer);
    removeEventListener('beforeunload', this.warn);
    removeEventListener('click', this.hold, true);
  }
}
