// What sends. Parts go in order, again and again until the server has acknowledged them; only then are they
// deleted here. Recording never waits for any of this.

const PAUSES = [1, 2, 5]; // s between tries; a chunk comes every 5 s as well
const ASK_AGAIN = 3; // s, while signed out
const WORTH_NOTING = 5; // s without a connection
const AT_ONCE = 100; // notes in one request

class Outbox {
  constructor() {
    this.tapes = []; // the one being recorded first
    this.trouble = null;
    this.tries = 0;
    this.onNews = () => {};
    this.onQuiet = () => {}; // a tape has nothing left to send
    this.onAnswer = () => {}; // the server took something
    addEventListener('online', () => this.nudge());
  }

  add(tape, { isFirst = false } = {}) {
    this.remove(tape);
    this.tapes = isFirst ? [tape, ...this.tapes] : [...this.tapes, tape];
    this.go();
  }

  remove(tape) {
    this.tapes = this.tapes.filter(one => one !== tape);
  }

  get hasWaiting() {
    return this.tapes.some(tape => tape.hasWaiting);
  }

  get hasWork() {
    return this.hasWaiting || this.tapes.some(tape => this.wants(tape));
  }

  nudge() {
    this.wake?.();
  }

  // What was refused is tried once more.
  again() {
    for (const tape of this.tapes)
      for (const one of [...tape.parts, ...tape.notes]) one.refused = null;
    this.nudge();
    this.go();
  }

  async go() {
    if (this.isBusy) return;
    this.isBusy = true;
    let tape;
    while ((tape = this.tapes.find(one => this.wants(one)))) {
      try {
        await this.step(tape);
        this.over(tape);
      } catch (error) {
        await this.met(error instanceof Trouble ? error : new Trouble(0), tape);
      }
      this.onNews();
      if (!this.wants(tape)) this.onQuiet(tape);
    }
    this.isBusy = false;
  }

  wants(tape) {
    if (tape.isAside) return false;
    return !tape.seal || Boolean(this.nextOf(tape).part || this.nextOf(tape).notes.length);
  }

  // Notes before the last part: with it the server begins to write the transcript they belong in.
  nextOf(tape) {
    const part = tape.parts.find(one => !one.refused);
    const notes = tape.notes.filter(one => one.isReady && !one.refused);
    return { part: part?.isLast && notes.length ? undefined : part, notes: notes.slice(0, AT_ONCE) };
  }

  async step(tape) {
    // While signed out a small question is asked, not the same sound over and over.
    if (this.trouble?.kind === 'signed-out' && tape.seal) await ask(`${tape.path}/recorder`);
    if (!tape.seal) return await unlock(tape);
    const { part, notes } = this.nextOf(tape);
    this.sending = part ?? notes;
    if (part) await this.sendPart(tape, part);
    else if (notes.length) await this.sendNotes(tape, notes);
  }

  async sendPart(tape, part) {
    await part.kept; // on the shelf, or refused by it: first of all it is kept
    const content = await tape.contentOf(part).catch(() => {
      throw new Trouble(400, 'A part of this recording on this computer is damaged.');
    });
    const form = new FormData();
    form.append('therapist_userid', tape.therapist);
    form.append('therapist_clientid', tape.client);
    form.append('session_id', tape.session);
    form.append('is_last_blob', part.isLast ? 'True' : 'False');
    form.append('sequence', part.sequence);
    form.append('file', new Blob([content], { type: part.type.split(';')[0] }), tape.nameOf(part));
    try {
      const said = await ask(`${tape.api}/audio`, { method: 'POST', form });
      if (said.recording_id !== tape.id) throw new Trouble(0);
    } catch (error) {
      if (!(await this.hasEndedAlready(error, tape, part))) throw error;
    }
    tape.acknowledged(part);
  }

  // An empty last part whose answer was lost: the second one is refused, because the first has ended it.
  async hasEndedAlready(error, tape, part) {
    if (error.status !== 409 || !part.isLast || part.seconds) return false;
    const said = await ask(`${tape.path}/recorder`);
    return said.state !== 'receiving' && !said.missing?.length;
  }

  async sendNotes(tape, notes) {
    const events = notes.map(({ id, kind, at, seconds, word }) => ({ id, kind, at, seconds, word }));
    await ask(`${tape.path}/events`, { method: 'POST', json: { events } });
    tape.noted(notes);
  }

  async met(trouble, tape) {
    if (trouble.kind === 'refused') return this.refused(trouble, tape);
    this.trouble = Object.assign(trouble, {
      since: this.trouble?.since ?? now(),
      at: this.trouble?.at ?? tape.recorded,
    });
    this.onNews();
    const pause = PAUSES[Math.min(this.tries++, PAUSES.length - 1)];
    await this.rest(trouble.kind === 'line' ? Math.max(pause, trouble.retryAfter) : ASK_AGAIN);
  }

  // Kept, and said; what comes after it is sent all the same.
  refused(trouble, tape) {
    const sentence = trouble.sentence || REFUSALS[trouble.status] || REFUSALS.other;
    if (!tape.seal) return (tape.isAside = sentence);
    if (trouble.status === 404 && this.trouble?.kind === 'signed-out') return (tape.isAside = OTHERS);
    for (const one of [this.sending].flat()) one.refused = sentence;
  }

  over(tape) {
    const { trouble } = this;
    this.trouble = null;
    this.tries = 0;
    this.onAnswer();
    if (trouble?.kind !== 'line') return;
    const seconds = now() - trouble.since;
    if (seconds > WORTH_NOTING && tape.seal) tape.note('connection', trouble.at, { seconds });
  }

  rest(seconds) {
    return new Promise(done => {
      const timer = setTimeout(done, seconds * 1000);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}

const OTHERS =
  'This recording belongs to another account. It waits on this computer until that person signs in here.';
const REFUSALS = {
  404: OTHERS,
  413: 'The server, or a proxy before it, does not take parts of this size. Tell your administrator.',
  other: 'The server does not take a part of this recording.',
};
