// What an earlier visit left on this computer: found, unlocked with the server's key, sent.

// Recordings on the shelf as tapes, sealed still. Empty where there is no shelf.
async function leftovers(api) {
  try {
    const [rows, chunks, notes] = await Promise.all(
      ['recordings', 'chunks', 'notes'].map(store => shelf.all(store)),
    );
    return rows.map(row => {
      const tape = new Tape(row, { api, therapist: row.therapist_id });
      const own = one => one.recording_id === row.recording_id;
      tape.parts = chunks.filter(own).map(partOf);
      tape.sealedNotes = notes.filter(own);
      tape.next = (tape.parts.at(-1)?.sequence ?? -1) + 1;
      tape.hasEnded = tape.parts.some(part => part.isLast);
      tape.recorded = tape.parts.reduce((end, part) => Math.max(end, part.from + part.seconds), 0);
      tape.isLeftover = true;
      return tape;
    });
  } catch {
    return [];
  }
}

const partOf = ({ sequence, seconds, from, type, is_last, iv, ciphertext }) => ({
  sequence,
  seconds,
  from,
  type,
  isLast: is_last,
  sealed: { iv, ciphertext },
  kept: Promise.resolve(),
});

// The key, and what the server has already. Nothing of it is written down here.
async function unlock(tape) {
  const said = await ask(`${tape.path}/recorder`);
  const seal = await Seal.with(said.key);
  for (const part of tape.parts)
    if (part.sequence < said.next_sequence && !said.missing.includes(part.sequence))
      tape.acknowledged(part); // it arrived; only the answer did not
  tape.next = Math.max(tape.next, said.next_sequence);
  tape.clientName = said.client;
  tape.serverState = said.state;
  tape.recorded = Math.max(tape.recorded, (await arrivedOf(tape)) + tape.waiting);
  tape.notes = await openNotes(tape, seal);
  tape.seal = seal;
}

async function arrivedOf(tape) {
  try {
    const { received } = await ask(`${tape.path}/captions?after=1000000`);
    return Number.isFinite(received) ? received : 0;
  } catch (error) {
    if (error.kind === 'refused') return 0;
    throw error;
  }
}

async function openNotes(tape, seal) {
  const notes = [];
  for (const row of tape.sealedNotes ?? [])
    try {
      const said = await seal.open(row, `${tape.session}:note:${row.id}`);
      notes.push({ ...JSON.parse(new TextDecoder().decode(said)), isReady: true });
    } catch {
      // not ours, or damaged: it stays where it is
    }
  return notes;
}

class Recovery {
  constructor(recorder) {
    this.recorder = recorder;
    this.tapes = [];
  }

  // Once a window: what is found is sent from whatever page was opened.
  begin(api) {
    if (this.api || unsupported()) return;
    this.api = api;
    this.look();
  }

  async look() {
    const { recorder } = this;
    const rows = await shelf.keys('recordings').catch(() => []);
    if (!rows.some(id => !this.knows(id))) return recorder.free();
    if (!(await recorder.tabs.take())) return; // the tab that has it looks after them
    const found = (await leftovers(this.api)).filter(tape => !this.knows(tape.id));
    this.tapes.push(...found);
    for (const tape of found) recorder.outbox.add(tape);
    this.show();
    recorder.free();
  }

  knows(id) {
    return [...this.recorder.outbox.tapes, this.recorder.tape].some(tape => tape?.id === id);
  }

  get hasOthers() {
    return this.tapes.some(tape => tape.isAside);
  }

  // The outbox has nothing more to send of it.
  async quiet(tape) {
    const hasCome = tape.serverState === 'receiving' && tape.recorded > 0;
    if (tape.isAside) tape.fate = 'aside';
    else if (tape.refused) tape.fate = 'failed';
    else if (!tape.hasEnded && hasCome) tape.fate = 'recovered';
    else {
      tape.fate = tape.hasEnded ? 'done' : 'gone';
      this.recorder.outbox.remove(tape);
      await tape.forget();
    }
    this.show();
    this.recorder.free();
  }

  // Takes the page while nothing else is going on: the one that is being sent, then those to decide on.
  show() {
    const { recorder } = this;
    if (!['idle', 'recovering', 'recovered', 'failed'].includes(recorder.state)) return;
    if (recorder.state === 'failed' && !recorder.tape?.isLeftover) return;
    const open = this.tapes.filter(tape => !tape.isLater);
    for (const fate of [undefined, 'failed', 'recovered', 'done']) {
      const tape = open.find(one => one.fate === fate);
      if (!tape) continue;
      tape.isLater = fate === 'done'; // told once
      recorder.clock.reset(tape.recorded);
      return recorder.become(fate ?? 'recovering', { tape });
    }
    if (recorder.state !== 'idle') recorder.become('idle', { tape: null });
  }

  // Not now: what is here keeps being sent, what is to decide is asked again on the next visit.
  later() {
    const { recorder } = this;
    if (recorder.tape) recorder.tape.isLater = true;
    recorder.become('idle', { tape: null, said: null });
    this.show();
  }

  async goOn() {
    const { recorder } = this,
      { tape } = recorder;
    recorder.become('starting', { said: null });
    try {
      if (!(await recorder.tabs.take())) return recorder.become('recovered');
      await recorder.mic.open();
      this.drop(tape);
      tape.isLeftover = false;
      tape.note('sleep', tape.recorded); // for how long nobody recorded, nobody knows here
      recorder.begin(tape);
    } catch (error) {
      recorder.mic.close();
      recorder.become('recovered', { said: { kind: 'start', words: reasonOf(error) } });
    }
  }

  drop(tape) {
    this.tapes = this.tapes.filter(one => one !== tape);
  }

  // Ends it with what has arrived; what is still here is given up.
  async finish() {
    const { recorder } = this,
      { tape } = recorder;
    try {
      await ask(`${tape.path}/finish`, { method: 'POST' });
    } catch (error) {
      if (error.status !== 409) // 409: it has ended already
        return recorder.become(recorder.state, { said: { kind: 'finish', words: reasonOf(error) } });
    }
    this.drop(tape);
    await recorder.done(tape);
  }
}
