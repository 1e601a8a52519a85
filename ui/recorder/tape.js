// One recording as this browser knows it: parts of sound and notes that the server does not have yet.

const DAY = 24 * 3600; // s: as much as the server takes for a time or a length
const ENDINGS = { 'audio/webm': 'webm', 'audio/mp4': 'mp4' };

class Tape {
  constructor(known, { api, therapist }) {
    Object.assign(this, { api, therapist });
    this.id = known.recording_id;
    this.session = known.session_id;
    this.client = known.client_id;
    this.startedAt = known.started_at;
    this.seal = null;
    this.parts = []; // in order
    this.notes = [];
    this.next = 0; // sequence of the next part
    this.recorded = 0; // seconds of sound, sent or not
    this.hasEnded = false;
    this.diskFails = false; // what came last is in this window's memory only
    this.writing = Promise.resolve();
  }

  get path() {
    return `${this.api}/recordings/${this.id}`;
  }

  // Seconds up to which the server has everything.
  get safe() {
    return this.parts.length ? this.parts[0].from : this.recorded;
  }

  get waiting() {
    return this.parts.reduce((sum, part) => sum + part.seconds, 0);
  }

  get refused() {
    return [...this.parts, ...this.notes].find(one => one.refused)?.refused ?? null;
  }

  get hasWaiting() {
    return this.parts.length + this.notes.length > 0;
  }

  register() {
    const { id, session, client, therapist, startedAt } = this;
    return this.attempt(() =>
      shelf.put('recordings', {
        recording_id: id,
        session_id: session,
        client_id: client,
        therapist_id: therapist,
        started_at: startedAt,
      }),
    );
  }

  // Takes sound in. It is put on the shelf before it is sent, and whether or not anything can be sent.
  take(content, seconds, { type, isLast = false }) {
    const part = { sequence: this.next++, seconds, type, isLast, content, from: this.recorded };
    this.recorded += seconds;
    this.hasEnded ||= isLast;
    this.parts.push(part);
    part.kept = this.writing = this.writing.then(() => this.attempt(() => this.shelve(part)));
    return part;
  }

  async shelve(part) {
    const { sequence, seconds, type, isLast, from } = part;
    const sealed = await this.seal.close(part.content, `${this.session}:${sequence}`);
    await shelf.put('chunks', {
      recording_id: this.id,
      session_id: this.session,
      sequence,
      seconds,
      from,
      type,
      is_last: isLast,
      ...sealed,
    });
  }

  async note(kind, at, { seconds = null, word = null, isReady = true } = {}) {
    const within = x => Math.min(DAY, Math.max(0, x));
    const note = { id: randomId(), kind, at: within(at), seconds, word, isReady };
    if (seconds !== null) note.seconds = within(seconds);
    this.notes.push(note);
    await this.keepNote(note);
    return note;
  }

  keepNote(note) {
    const { id, kind, at, seconds, word } = note;
    return this.attempt(async () => {
      const said = new TextEncoder().encode(JSON.stringify({ id, kind, at, seconds, word }));
      const sealed = await this.seal.close(said, `${this.session}:note:${id}`);
      await shelf.put('notes', { id, recording_id: this.id, ...sealed });
    });
  }

  // Sound goes on without a disk: then it is in this window alone, and the page says so.
  async attempt(deed) {
    try {
      await deed();
      this.diskFails = false;
    } catch {
      this.diskFails = true;
    }
  }

  async contentOf(part) {
    part.content ??= await this.seal.open(part.sealed, `${this.session}:${part.sequence}`);
    return part.content;
  }

  nameOf(part) {
    const ending = ENDINGS[part.type.split(';')[0]] ?? 'webm';
    return `chunk-${String(part.sequence).padStart(4, '0')}.${ending}`;
  }

  // --- what the server has is not needed here any more ---

  acknowledged(part) {
    this.parts = this.parts.filter(one => one !== part);
    shelf.drop('chunks', [this.id, part.sequence]).catch(() => {}); // sending it again would be harmless
  }

  noted(notes) {
    this.notes = this.notes.filter(one => !notes.includes(one));
    for (const { id } of notes) shelf.drop('notes', id).catch(() => {});
  }

  async forget() {
    for (const part of this.parts) this.acknowledged(part);
    this.noted(this.notes);
    await shelf.drop('recordings', this.id).catch(() => {});
  }

  // All sound of it that is still here, one piece after the other.
  async saved() {
    const pieces = [];
    for (const part of this.parts) pieces.push(await this.contentOf(part));
    return new Blob(pieces, { type: this.parts[0]?.type.split(';')[0] });
  }
}

function randomId() {
  return crypto.randomUUID(); // recording needs a secure context anyway
}
