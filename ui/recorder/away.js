// What is seen of a recording where its page is not: a small sign on other pages, and a cover over everything
// when the sign-in has ended, because then nothing of a client may stay on the screen, but the recording must.

const COLOURS = [
  'font', 'text-color', 'background-color', 'secondary-background-color', 'border-color', 'link-color',
  'primary-color', 'red-color', 'red-text-color', 'gray-text-color', 'base-radius', 'button-radius',
]; // prettier-ignore
const AWAY_CSS = `
:host { position: fixed; z-index: 1000001; font-family: var(--st-font); color: var(--st-text-color);
  font-size: 1rem; line-height: 1.5; font-variant-numeric: tabular-nums; }
:host([data-as=sign]) { right: 1.25rem; bottom: 1.25rem; }
:host([data-as=cover]) { inset: 0; overflow: auto; background: var(--st-background-color); }
div { display: flex; gap: .75rem; align-items: center; flex-wrap: wrap; }
:host([data-as=sign]) div { padding: .6rem .7rem .6rem 1rem; background: var(--st-background-color);
  border: 1px solid var(--st-red-color); border-radius: var(--st-base-radius); }
:host([data-as=cover]) div { flex-direction: column; justify-content: center; min-height: 100%; padding: 2rem;
  box-sizing: border-box; text-align: center; }
h1 { font-size: 1.625rem; font-weight: 650; margin: 0; } p { margin: 0; max-width: 34rem; }
.time { font-weight: 600; color: var(--st-red-text-color); }
:host([data-as=cover]) .time { font-size: 3.5rem; font-weight: 300; line-height: 1.2; color: inherit; }
button { font: inherit; font-weight: 600; min-height: 2.5rem; padding: .35rem .9rem; cursor: pointer;
  border-radius: var(--st-button-radius); border: 1px solid var(--st-border-color); color: inherit;
  background: var(--st-background-color); }
button.main { background: var(--st-primary-color); border-color: transparent; color: #fff; }
button:focus-visible { outline: 3px solid var(--st-link-color); outline-offset: 2px; }`;

const FOUND = new Set(['recovering', 'recovered', 'failed']);
const SIGNS = {
  recording: '● Recording',
  paused: 'Paused',
  lost: 'Interrupted: the microphone is gone',
  finishing: 'Finishing',
  recovering: 'An interrupted recording is being sent',
  recovered: 'An interrupted recording waits for you',
  failed: 'A recording is not complete on the server',
};

class Away {
  constructor(recorder) {
    this.recorder = recorder;
    this.isOut = false;
    this.host = document.createElement('div');
    this.host.dataset.verbatim = 'recorder';
    this.host.lang = 'en';
    this.host.setAttribute('data-react-aria-top-layer', 'true'); // Streamlit's dialogs make the rest inert
    const shadow = this.host.attachShadow({ mode: 'open' });
    shadow.append(h('style', {}, AWAY_CSS), (this.box = h('div', { role: 'status' })));
    // The server sends a page whose sign-in has ended to the form. A recording must not go with it.
    window.navigation?.addEventListener('navigate', e => this.leaving(e));
  }

  leaving(e) {
    const { pathname } = new URL(e.destination.url);
    const isSent = pathname.startsWith('/auth/') && !e.userInitiated && e.cancelable;
    if (!isSent || !this.recorder.isUnsafe) return;
    e.preventDefault();
    this.isOut = true;
    this.recorder.outbox.nudge();
    this.recorder.tell();
  }

  // Signed in again: the page has to come anew too, but not while something is being recorded.
  answered() {
    if (!this.isOut && !this.popup) return;
    this.isOut = false;
    this.popup?.close();
    this.popup = null;
  }

  signIn() {
    this.popup = open('/auth/login', 'verbatim-sign-in', 'popup,width=520,height=760');
  }

  // The page's colours, for outside of it.
  dress(element) {
    const css = getComputedStyle(element);
    for (const name of COLOURS)
      this.host.style.setProperty(`--st-${name}`, css.getPropertyValue(`--st-${name}`));
  }

  beat() {
    if (now() - (this.at ?? 0) < 0.5) return;
    this.at = now();
    if (this.recorder.isActive) this.unblock();
    if (this.recorder.tape?.isAside && this.recorder.isActive) this.askAgain();
    this.paint();
  }

  // Without its server Streamlit lays a dialog over the page. Nobody could pause a recording under it, and
  // the recorder says in its own words what is wrong.
  unblock() {
    for (const dialog of document.querySelectorAll('[data-testid="stDialog"] [role="dialog"]'))
      if (dialog.querySelector('h2')?.textContent === 'Connection error')
        dialog.querySelector('button[aria-label="Close"]')?.click();
  }

  // Somebody else had signed in; perhaps it is the right person now.
  askAgain() {
    if (now() - (this.asked ?? 0) < 10) return;
    this.asked = now();
    this.recorder.tape.isAside = null;
    this.recorder.outbox.go();
  }

  get form() {
    const { recorder } = this;
    const isOut = this.isOut || recorder.outbox.trouble?.kind === 'signed-out' || recorder.tape?.isAside;
    if (recorder.isUnsafe && recorder.isActive && isOut) return 'cover';
    const isNews = recorder.isActive || FOUND.has(recorder.state);
    return isNews && !recorder.watchers.size ? 'sign' : '';
  }

  paint() {
    const { form, host, box, recorder } = this;
    const page = document.getElementById('root');
    if (page && page.inert !== (form === 'cover')) page.inert = form === 'cover';
    if (!form) return host.remove();
    if (!host.isConnected) document.body.append(host);
    host.dataset.as = form;
    const made = form + recorder.state;
    if (this.made !== made) box.replaceChildren(...(form === 'sign' ? this.sign() : this.cover()));
    this.made = made;
    text(box.querySelector('.time'), hms(recorder.position));
    const waits = box.querySelector('.waits');
    if (waits) text(waits, this.waits());
  }

  sign() {
    const words = SIGNS[this.recorder.state];
    const link = document.querySelector('[data-testid="stTopNavLink"][href$="/record"]');
    const back = h('button', { type: 'button', onclick: () => link.click() }, 'Go to it');
    return [h('span', { class: 'time' }), h('span', {}, words), link && back].filter(Boolean);
  }

  cover() {
    const { recorder } = this,
      { state } = recorder;
    const offer = (words, onclick, kind = '') =>
      h('button', { type: 'button', class: kind, onclick }, words);
    return [
      h('h1', {}, 'You are signed out'),
      h('p', {}, `${STATE_WORDS[state].split('.')[0]}. What is recorded is kept on this computer.`),
      h('span', { class: 'time' }),
      h('p', { class: 'waits' }),
      offer('Sign in again', () => this.signIn(), 'main'),
      state === 'recording' && offer('Pause', () => recorder.pause()),
      state === 'paused' && offer('Resume recording', () => recorder.resume()),
      state !== 'finishing' && offer('Finish session', () => recorder.finish()),
    ].filter(Boolean);
  }

  waits() {
    const { tape } = this.recorder;
    return tape.isAside || `${long(counted(this.recorder).waits)} wait here until you have signed in again.`;
  }
}
