// What sends. One for the whole window: it outlives the pages it was started from.

const TRIES = 4; // a line that breaks this often while there is a connection is no accident
const PAUSES = [1, 3, 8]; // s
const PASSING = new Set([0, 408, 425, 429, 502, 503, 504]);

// Sent again after a lost answer, a file is stored once: its key stays the same.
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('');

class Pile {
  constructor() {
    this.files = []; // { file, url, fields, name, size, state, sent, words, document }
    this.stored = [];
    this.watchers = new Set();
    this.guard = e => e.preventDefault();
  }

  tell() {
    for (const watcher of this.watchers) watcher();
  }

  get isBusy() {
    return this.files.some(one => one.state === 'waiting' || one.state === 'sending');
  }

  // The address and the fields stay those of the drop.
  add(files, { url, fields }) {
    if (!this.isBusy) this.files = []; // what was settled before has been seen
    for (const file of files)
      this.files.push({
        file,
        url,
        fields: { ...fields },
        key: newKey(),
        name: file.name,
        size: file.size,
        state: 'waiting',
        sent: 0,
        tries: 0,
        words: 'Waiting',
      });
    this.next();
  }

  again(one) {
    Object.assign(one, { state: 'waiting', tries: 0, words: 'Waiting' });
    this.next();
  }

  drop(one) {
    one.request?.abort();
    this.files = this.files.filter(other => other !== one);
    this.next();
  }

  next() {
    if (this.isBusy) addEventListener('beforeunload', this.guard);
    else removeEventListener('beforeunload', this.guard);
    if (!this.files.some(one => one.state === 'sending')) {
      const one = this.files.find(other => other.state === 'waiting' && !other.later);
      if (one) this.send(one);
    }
    this.tell();
  }

  send(one) {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...one.fields, wait: 'False' }))
      if (value != null && value !== '') form.append(name, String(value));
    form.append('files', one.file, one.name);
    const request = (one.request = new XMLHttpRequest());
    request.open('POST', one.url);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Idempotency-Key', one.key);
    request.upload.onprogress = ({ loaded, total }) => {
      one.sent = total ? loaded / total : 0;
      one.words = one.sent >= 1 ? 'Sent. The server checks it.' : `${Math.round(100 * one.sent)} %`;
      this.tell();
    };
    request.onload = () => this.answered(one, request);
    request.onerror = request.ontimeout = () => this.broke(one, 0, '');
    Object.assign(one, { state: 'sending', sent: 0, words: '0 %' });
    request.send(form);
  }

  answered(one, request) {
    let said = {};
    try {
      said = JSON.parse(request.responseText) ?? {};
    } catch {
      // no JSON: the status says enough
    }
    const document = said?.[0]?.[0];
    if (request.status === 200 && Number.isInteger(document?.document_id)) {
      Object.assign(one, { state: 'stored', words: 'Stored encrypted', file: null });
      one.document = document.document_id;
      this.stored = [...this.stored, document.document_id];
      return this.next();
    }
    this.broke(one, request.status, typeof said.detail === 'string' ? said.detail : '');
  }

  broke(one, status, sentence) {
    const passing = PASSING.has(status);
    if (passing && ++one.tries < TRIES) {
      Object.assign(one, { state: 'waiting', words: 'The connection broke. Trying again', later: true });
      setTimeout(() => {
        one.later = false;
        this.next();
      }, 1000 * PAUSES[Math.min(one.tries - 1, PAUSES.length - 1)]);
      return this.tell();
    }
    const plain =
      status === 401
        ? 'You are signed out. Sign in again, then send the file once more.'
        : status === 413
          ? 'The server does not take a file of this size.'
          : 'The file could not be sent. Nothing was stored; it is still on this computer.';
    Object.assign(one, { state: 'failed', words: sentence || plain, mayRetry: passing || status >= 500 });
    this.next();
  }
}

const pile = (window.__verbatimPile ??= new Pile());
