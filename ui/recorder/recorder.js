// The recorder of this window. It outlives the page it was started from; pages only show it.

const QUIET_AT_START = 8, // s without a signal before the page says so
  QUIET_WITHIN = 60;
const SIGNAL = 0.004; // peak, of 1
const BEAT = 100; // ms
const STALLED = 3 * SLICE; // s without a chunk: the device has stopped without a word
const ROLLS = new Set(['recording', 'paused', 'lost']);
const ACTIVE = new Set([...ROLLS, 'finishing']);

class Recorder {
  constructor() {
    this.watchers = new Set();
    this.state = 'idle';
    this.tape = null; // the recording in hand
    this.said = null; // { kind, words } of the last problem
    this.mic = new Microphone();
    this.outbox = new Outbox();
    this.clock = new SoundClock(SLICE);
    this.levels = new Levels();
    this.tabs = new Tabs();
    this.recovery = new Recovery(this);
    this.captions = new Captions(this);
    this.markers = new Markers(this);
    this.away = new Away(this);
    this.mic.onLost = () => this.lost();
    this.mic.onCallEnded = () => this.callEnded();
    this.mic.onList = () => this.tell();
    this.outbox.onNews = () => this.tell();
    this.outbox.onQuiet = tape => this.quiet(tape);
    this.tabs.onNews = () => this.tell();
    this.tabs.onTaken = () => this.recovery.look();
    this.captions.onNews = () => this.tell();
    this.outbox.onAnswer = () => this.away.answered();
    this.tabs.say = () => this.isIdle ? null : { state: this.state, startedAt: this.tape?.startedAt };
    sleepWatch.onSleep = seconds => this.noteSleep(seconds);
    setInterval(() => this.beat(), BEAT);
    this.guard = e => this.leaving(e);
    addEventListener('visibilitychange', () => document.hidden && this.head?.flush(), true);
    for (const end of ['pagehide', 'freeze']) addEventListener(end, () => this.head?.flush(), true);
  }

  // The browser asks whether to leave. What was said until now is kept meanwhile, whatever the answer.
  leaving(e) {
    e.preventDefault();
    this.head?.flush();
  }

  become(state, more = {}) {
    Object.assign(this, { state }, more);
    this.tabs.tell();
    this.tell();
  }

  tell() {
    if (this.isUnsafe) addEventListener('beforeunload', this.guard);
    else removeEventListener('beforeunload', this.guard);
    for (const watcher of this.watchers) watcher();
    this.away.paint();
  }

  // Closing the window now would lose something, or leave it unsent.
  get isUnsafe() {
    return ['starting', 'recording', 'finishing'].includes(this.state) || this.outbox.hasWaiting;
  }

  get isIdle() {
    return ['idle', 'done'].includes(this.state) && !this.outbox.hasWork;
  }

  get isActive() {
    return ACTIVE.has(this.state);
  }

  get position() {
    return this.tape ? this.clock.position : 0;
  }

  get waiting() {
    return this.tape ? this.position - this.tape.recorded + this.tape.waiting : 0;
  }

  // --- the large button ---

  async start({ api, start, therapist, withCall }) {
    if (this.state === 'starting' || this.isActive) return;
    this.become('starting', { said: null, tape: null });
    if (!(await this.tabs.take())) return this.become('idle');
    try {
      await this.mic.open({ withCall });
      const made = await ask(`${api}/recordings`, { method: 'POST', json: start });
      const tape = new Tape({ ...made, client_id: start.client_id }, { api, therapist });
      tape.seal = await Seal.with(made.key);
      await tape.register();
      navigator.storage?.persist?.().catch(() => {});
      this.begin(tape);
    } catch (error) {
      this.mic.close();
      this.become('idle', { tape: null, said: { kind: 'start', words: reasonOf(error) } });
      this.free();
    }
  }

  begin(tape) {
    this.tape = tape;
    this.clock.reset(tape.recorded);
    this.roll();
    this.outbox.add(tape, { isFirst: true });
  }

  // A new file begins, on what the microphone hears now. `isPaused`: it waits for the button.
  roll({ isPaused = false } = {}) {
    this.mic.mute(isPaused);
    this.head = new Head(this.mic.stream, (...piece) => this.take(...piece));
    if (isPaused) this.head.pause();
    else this.clock.start();
    this.levels.start({ isNew: true });
    this.become(isPaused ? 'paused' : 'recording', { said: null });
  }

  take(content, seconds, type, at) {
    const gap = this.clock.came(seconds, { at });
    if (gap) this.tape.note('sleep', gap.at, { seconds: gap.seconds });
    if (this.ending) this.ending.push({ content, seconds, type });
    else this.tape.take(content, seconds, { type });
    this.outbox.go();
    this.tell();
  }

  async pause() {
    if (this.state !== 'recording') return;
    this.interrupt('pause');
    this.mic.mute(true);
    this.markers.settle();
    this.become('paused');
    await this.head.pause();
    this.tell();
  }

  async resume() {
    if (this.state === 'lost') return await this.change(this.mic.chosen);
    if (this.state !== 'paused') return;
    this.resumed();
    if (!this.head.resume()) return this.roll();
    this.mic.mute(false);
    this.clock.start();
    this.levels.start();
    this.become('recording', { said: null });
  }

  // Sound stops here; why and for how long is noted when it goes on.
  interrupt(kind) {
    this.clock.stop();
    this.levels.stop();
    this.break ??= { kind, since: now() };
  }

  resumed() {
    if (this.break)
      this.tape.note(this.break.kind, this.tape.recorded, { seconds: now() - this.break.since });
    this.break = null;
    this.outbox.go();
  }

  async finish() {
    if (!ROLLS.has(this.state)) return;
    this.ending = [];
    this.clock.stop();
    this.levels.stop();
    this.become('finishing', { said: null });
    await this.head?.stop();
    this.mic.close();
    this.head = null;
    const { ending } = this;
    this.ending = null;
    this.resumed();
    this.markers.settle();
    const content = new Uint8Array(await new Blob(ending.map(one => one.content)).arrayBuffer());
    const seconds = ending.reduce((sum, one) => sum + one.seconds, 0);
    const type = ending[0]?.type ?? TYPES[0];
    this.tape.take(content, seconds, { type, isLast: true });
    this.outbox.go();
    this.tell();
  }

  // --- microphones ---

  lost() {
    if (!this.head || this.state === 'finishing') return;
    this.interrupt('microphone');
    this.become('lost');
    this.head.stop().then(() => this.tell());
  }

  callEnded() {
    if (!this.isActive) return;
    this.said = { kind: 'call', words: 'The sound of the call is no longer shared. Your microphone goes on.' };
    this.tape.note('microphone', this.position);
    this.tell();
  }

  // Another microphone in the same session. The old one is heard until the new one is open.
  async change(id) {
    this.mic.choose(id);
    if (!this.isActive || this.isChanging) return this.tell();
    this.isChanging = true;
    try {
      await this.mic.open({ id });
      this.mic.mute(this.state === 'paused');
      if (this.state === 'recording') this.interrupt('microphone');
      await this.head?.stop();
      if (!ROLLS.has(this.state)) return this.mic.close(); // finished meanwhile
      const isPaused = this.state === 'paused'; // or paused: then nothing may be captured
      if (!isPaused) this.resumed();
      this.roll({ isPaused });
    } catch (error) {
      this.become(this.state, { said: { kind: 'microphone', words: reasonOf(error) } });
    } finally {
      this.isChanging = false;
    }
  }

  // --- what time brings ---

  beat() {
    const isRolling = this.state === 'recording';
    this.clock.beat();
    this.levels.beat(isRolling ? this.mic.peak() : 0, isRolling);
    const isStalled = isRolling && this.clock.waiting > STALLED;
    this.stalls = isStalled ? (this.stalls ?? 0) + 1 : 0;
    if (this.stalls > 20) this.lost(); // 2 s of beats: a page that was only busy has its chunks by now
    this.away.beat();
  }

  noteSleep(seconds) {
    if (!this.isActive) return;
    this.tape.note('sleep', this.position, { seconds });
    this.outbox.go();
  }

  // A tape has nothing left to send.
  quiet(tape) {
    if (tape.isLeftover) return this.recovery.quiet(tape);
    if (!tape.hasEnded || !['finishing', 'failed'].includes(this.state)) return;
    if (tape.isAside || tape.refused) return this.become('failed');
    if (!tape.hasWaiting) this.done(tape);
  }

  async done(tape) {
    this.outbox.remove(tape);
    await tape.forget();
    this.clock.reset(tape.recorded);
    this.become('done', { tape });
    this.free();
  }

  // What was refused, once more.
  again() {
    const { tape } = this;
    tape.fate = undefined;
    tape.isAside = null;
    this.become(tape.isLeftover ? 'recovering' : 'finishing');
    this.outbox.again();
  }

  // Sound that the server does not take can be kept as a file, in the clear: a person's own decision.
  async save() {
    const address = URL.createObjectURL(await this.tape.saved());
    h('a', { href: address, download: `recording-${this.tape.id}.webm` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  // Back to the start.
  leave() {
    if (this.isActive) return;
    this.become('idle', { said: null, tape: null });
    this.recovery.show();
    this.free();
  }

  // The other tabs may have it, as soon as nothing is left to do here.
  free() {
    if (this.isIdle || ['recovered', 'failed'].includes(this.state)) this.tabs.give();
  }
}

const recorder = (window.__verbatimRecorder ??= new Recorder());
