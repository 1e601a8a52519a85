// Time that does not depend on the computer's clock, which people and networks change.

const now = () => performance.now() / 1000; // s
const LEAST_GAP = 3; // s that must be missing before it is worth a word
const PROMPT = 2; // s: slower answers say too little about the time

// A sleeping computer stops the page's own clock (on some systems). The server's goes on: when an answer's
// time has run ahead of the page's clock, the difference was slept. The computer's clock has no say.
class SleepWatch {
  constructor() {
    this.ahead = null; // server's time minus page's time, the largest seen: answers travel, so never too large
    this.onSleep = () => {};
  }

  heard(date, roundTrip) {
    const at = Date.parse(date ?? '');
    if (Number.isNaN(at) || roundTrip > PROMPT * 1000) return;
    const ahead = at / 1000 - now();
    const slept = this.ahead === null ? 0 : ahead - this.ahead;
    if (slept > LEAST_GAP) this.onSleep(slept);
    this.ahead = slept > LEAST_GAP ? ahead : Math.max(this.ahead ?? ahead, ahead);
  }
}

const sleepWatch = (window.__verbatimSleepWatch ??= new SleepWatch());

// How far the recording is. Sound is counted from the chunks; the page's clock only fills in what runs.
class SoundClock {
  constructor(slice) {
    this.longest = 2 * slice; // s without a chunk after which nothing more is believed
    this.rolling = false;
    this.reset(0);
  }

  reset(recorded) {
    this.counted = this.shown = recorded;
    this.restart();
  }

  start() {
    this.rolling = true;
    this.restart();
  }

  restart() {
    this.since = this.beaten = now();
    this.running = 0; // seconds that the page saw pass since the last chunk
    this.late = [];
    this.behind = 0; // seconds of running time without sound since the last start
    this.known = 0; // of them told
    this.stillAt = null;
  }

  stop() {
    this.rolling = false;
  }

  // Time that passed between two beats far apart passed while the page stood still: nobody knows yet
  // whether anything was captured in it.
  beat() {
    const at = now(),
      passed = at - this.beaten;
    if (passed > LEAST_GAP) this.stillAt = this.counted + this.running;
    else this.running += passed;
    this.beaten = at;
  }

  // A chunk came. Answers {at, seconds} where the recorder ran but nothing was captured, once it is sure:
  // a page that was only busy gets its chunks late, so three chunks in a row have to miss them.
  came(seconds, { at }) {
    this.behind += Math.max(0, at - this.since) - seconds;
    this.since = Math.max(this.since, at);
    this.late = [...this.late.slice(-2), { behind: this.behind, from: this.counted }];
    this.counted += seconds;
    this.beaten = now();
    this.running = 0;
    const missing = Math.min(...this.late.map(one => one.behind)) - this.known;
    if (this.late.length < 3 || missing <= LEAST_GAP) return null;
    this.known += missing;
    return { at: this.stillAt ?? this.late[0].from, seconds: missing };
  }

  get waiting() {
    return this.rolling ? now() - this.since : 0; // since the last chunk
  }

  get position() {
    if (!this.rolling) return (this.shown = this.counted);
    const running = this.running + Math.min(now() - this.beaten, LEAST_GAP);
    this.shown = Math.max(this.shown, this.counted + Math.min(running, this.longest));
    return this.shown;
  }
}
