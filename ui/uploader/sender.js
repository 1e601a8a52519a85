// What sends. One for the whole window: it outlives the pages it was started from.

const TRIES = 5; // a line that breaks this often while there is a connection is no accident
const PAUSES = [1, 2, 5, 10, 20]; // s
const PASSING = new Set([0, 408, 425, 429, 502, 503, 504]);

function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only on https and loopback
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return [...b]
    .map((x, i) => ([4, 6, 8, 10].includes(i) ? '-' : '') + x.toString(16).padStart(2, '0'))
    .join('');
}

class Sender {
  constructor() {
    this.watchers = new Set();
    this.clear();
    this.guard = e => e.preventDefault();
    addEventListener('online', () => {
      if (this.state === 'waiting') this.attempt();
    });
  }

  clear() {
    Object.assign(this, {
      state: 'idle',
      file: null,
      name: '',
      sent: 0,
      total: 0,
      words: '',
      recording: null,
      tries: 0,
      mayRetry: false,
    });
  }

  become(state, more = {}) {
    Object.assign(this, { state }, more);
    if (this.isActive) addEventListener('beforeunload', this.guard);
    else removeEventListener('beforeunload', this.guard);
    this.tell();
  }

  tell() {
    for (const watcher of this.watchers) watcher();
  }
  get isActive() {
    return this.state === 'sending' || this.state === 'waiting';
  }

  // The address, the fields and the session's id stay those of the start: a second try is the same upload.
  start(file, { url, fields }) {
    if (this.isActive) return;
    this.clear();
    Object.assign(this, { file, url, name: file.name, total: file.size });
    this.fields = { ...fields, session_id: randomId(), is_last_blob: 'True', sequence: '0' };
    this.attempt();
  }

  again() {
    this.tries = 0;
    this.attempt();
  }

  attempt() {
    clearTimeout(this.timer);
    const form = new FormData();
    for (const [name, value] of Object.entries(this.fields))
      if (value != null && value !== '') form.append(name, String(value));
    form.append('file', this.file, this.file.name); // last, so that the server knows whose it is first
    const request = (this.request = new XMLHttpRequest());
    request.open('POST', this.url);
    request.setRequestHeader('x-verbatim', '1');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = e => {
      if (request === this.request) {
        this.measure(e);
        this.tell();
      }
    };
    request.onload = () => {
      if (request === this.request) this.answered(request);
    };
    request.onerror = request.ontimeout = () => {
      if (request === this.request) this.broke(0, '');
    };
    this.began = performance.now();
    this.become('sending', { sent: 0, rate: 0, words: '' });
    request.send(form);
  }

  measure({ loaded, total }) {
    this.total = this.file.size;
    this.sent = Math.min(this.file.size, Math.round((loaded / total) * this.file.size));
    const seconds = (performance.now() - this.began) / 1000;
    this.rate = seconds > 1 ? this.sent / seconds : 0; // bytes a second
  }

  answered(request) {
    const said = this.read(request.responseText);
    if (request.status >= 200 && request.status < 300)
      return this.become('done', {
        sent: this.total,
        recording: Number.isInteger(said.recording_id) ? said.recording_id : null,
        file: null,
      });
    const sentence = typeof said.detail === 'string' ? said.detail : said.title;
    this.broke(request.status, typeof sentence === 'string' ? sentence : '');
  }

  read(text) {
    try {
      return JSON.parse(text) ?? {};
    } catch {
      return {};
    }
  }

  broke(status, sentence) {
    const passing = PASSING.has(status);
    if (passing && (!navigator.onLine || ++this.tries < TRIES)) {
      const pause = PAUSES[Math.min(Math.max(0, this.tries - 1), PAUSES.length - 1)];
      this.become('waiting', {
        words: navigator.onLine
          ? 'The connection broke. Sending starts again by itself.'
          : 'No connection. Sending starts again when it is back.',
      });
      this.timer = setTimeout(() => this.attempt(), 1000 * pause);
      return;
    }
    const plain =
      status === 401
        ? 'You are signed out. Sign in again, then send the file once more.'
        : status === 413
          ? 'The server does not take a file of this size.'
          : passing
            ? 'The connection broke several times. Nothing was stored; the file is still on this computer.'
            : 'The file could not be sent. Nothing was stored; the file is still on this computer.';
    this.become('failed', { words: sentence || plain, mayRetry: passing || status >= 500 });
  }

  cancel() {
    clearTimeout(this.timer);
    const request = this.request;
    this.request = null;
    request?.abort();
    this.clear();
    this.become('idle');
  }
}

const sender = (window.__verbatimSender ??= new Sender());
