// Requests to the product's own API. What went wrong comes as a Trouble that knows whether to try again.

const PASSING = new Set([0, 408, 425, 429]);

class Trouble extends Error {
  constructor(status, sentence = '', retryAfter = 0) {
    super('trouble');
    Object.assign(this, { status, sentence, retryAfter });
  }

  // line: try again for ever. signed-out: ask again until somebody has signed in. refused: never succeeds.
  get kind() {
    if (this.status === 401) return 'signed-out';
    return this.status >= 500 || PASSING.has(this.status) ? 'line' : 'refused';
  }
}

async function ask(path, { method = 'GET', json, form, patience = 20_000 } = {}) {
  const headers = { 'x-verbatim': '1', Accept: 'application/json' };
  if (json) headers['Content-Type'] = 'application/json';
  const began = performance.now();
  let answer, said;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: json ? JSON.stringify(json) : form,
      cache: 'no-store',
      redirect: 'error', // a portal's page is no acknowledgement
      signal: AbortSignal.timeout(patience),
    });
    said = read(await answer.text());
  } catch {
    throw new Trouble(0);
  }
  sleepWatch.heard(answer.headers.get('date'), performance.now() - began);
  if (answer.ok && said) return said;
  const sentence = typeof said?.detail === 'string' ? said.detail : '';
  // 200 without an answer of ours: something on the way answered instead of the server
  const status = answer.ok ? 0 : answer.status;
  throw new Trouble(status, sentence, Number(answer.headers.get('retry-after')) || 0);
}

function read(text) {
  try {
    const said = JSON.parse(text);
    return said && typeof said === 'object' ? said : null;
  } catch {
    return null;
  }
}
