// What a page shows of the recorder. It lives on the root element; a rerun calls update(), never a rebuild.

const MIC =
  'M12 15a3.5 3.5 0 0 0 3.5-3.500v-6a3.5 3.5 0 0 0-7 0v6A3.5 3.5 0 0 0 12 15zm6-3.500a6 6 0 0 1-12 0H4.200a7.800 7.800 0 0 0 6.900 7.700V22h1.800v-2.800a7.800 7.800 0 0 0 6.900-7.700z';
const REPORTED = { starting: 'idle', lost: 'paused', recovered: 'recovering', elsewhere: 'idle' };
const LEVEL = { silence: '--st-orange-color', recording: '--st-blue-color', still: '--st-border-color' };

class RecorderView {
  constructor(root) {
    this.root = root;
    this.$ = selector => root.querySelector(selector);
    this.isMounted = true;
    this.paint = () => this.show();
    recorder.watchers.add(this.paint);
    this.timer = setInterval(() => this.tick(), BEAT);
    this.$('.mic select').onchange = e => recorder.change(e.target.value);
    this.$('.mark').onclick = () => this.mark({ withWord: true });
    this.field();
    this.onKey = e => this.pressed(e);
    root.addEventListener('keydown', e => e.stopPropagation()); // Streamlit has letters of its own
    root.addEventListener('keydown', this.onKey);
    document.addEventListener('keydown', this.onKey);
    recorder.mic.list();
  }

  update({ data, setStateValue }) {
    this.data = { ...data, wait_for: unsupported() ?? data.wait_for };
    this.send = setStateValue;
    recorder.captions.isOn = data.captions;
    recorder.known = { api: data.api, therapist: data.therapist_id };
    recorder.away.dress(this.$('.rec'));
    recorder.recovery.begin();
    this.show();
  }

  get state() {
    const { state, tabs } = recorder;
    return ['idle', 'done'].includes(state) && tabs.other && !tabs.isOurs ? 'elsewhere' : state;
  }

  // --- paint ---

  show() {
    if (!this.data) return;
    const { $, state } = this;
    $('.rec').dataset.state = state;
    text($('.state span'), STATE_WORDS[state]);
    text($('.whose'), whose(recorder));
    this.button(state);
    this.seconds(state);
    this.safe(state);
    this.alarms();
    this.foot(state);
    this.captions(state);
    this.tick();
    this.report(state);
  }

  tick() {
    const { $ } = this,
      { levels, state } = recorder;
    text($('.timer'), hms(recorder.position));
    if (document.hidden || !this.data) return;
    if (state === 'recording') this.safe(this.state);
    const isAlarming = state === 'recording' && levels.isAlarming;
    if (isAlarming || this.wasAlarming) this.alarms();
    this.wasAlarming = isAlarming;
    const role = isAlarming ? 'silence' : state === 'recording' ? 'recording' : 'still';
    levels.paint($('canvas'), getComputedStyle($('.rec')).getPropertyValue(LEVEL[role]));
  }

  safe(state) {
    const { $ } = this,
      [kind, words] = safety({ ...aspects(recorder), state }, this.data);
    $('.safe').dataset.kind = kind;
    text($('.safe span'), words);
    text($('.figures'), recorder.tape && recorder.isActive ? figures(recorder) : '');
  }

  button(state) {
    const big = this.$('.big'),
      { words, sign, deed } = bigButton(state, this);
    const made = `${sign}${words}`;
    if (this.made !== made) {
      big.replaceChildren(...(sign ? [icon(sign)] : []), words);
      this.made = made;
    }
    big.disabled = !deed;
    big.onclick = deed;
  }

  // Built anew only when what can be done changes, so that a focused button stays the same one.
  seconds(state) {
    const isAsking = this.isAsking && state === 'recording';
    const deeds = secondDeeds(state, this, isAsking);
    const offered = state + isAsking + deeds.map(([words]) => words).join();
    if (offered === this.offered) return;
    this.offered = offered;
    this.$('.second').replaceChildren(
      isAsking ? h('span', {}, 'End this session now?') : '',
      ...deeds.map(([words, onclick]) => h('button', { type: 'button', onclick }, words)),
    );
  }

  alarms() {
    const box = this.$('.alarms'),
      wanted = alarms(recorder),
      keys = wanted.map(([key]) => key);
    for (const band of [...box.children]) if (!keys.includes(band.dataset.key)) band.remove();
    for (const [key, bold, words, deeds = []] of wanted) {
      const band = [...box.children].find(one => one.dataset.key === key);
      if (band) text(band.querySelector('b'), bold);
      else box.append(this.band(key, bold, words, deeds));
    }
  }

  band(key, bold, words, deeds) {
    const buttons = deeds.map(([name, deed]) =>
      h('button', { type: 'button', onclick: () => deed(this) }, name),
    );
    // the counting number is read out once, with the band
    const said = h('span', {}, h('b', { 'aria-live': 'off' }, bold), ` ${words}`);
    return h('div', { class: 'alarm', 'data-key': key }, said, ...buttons);
  }

  foot(state) {
    const { $ } = this,
      { mic, markers } = recorder,
      list = mic.devices;
    const select = $('.mic select'),
      offered = JSON.stringify([list.map(one => [one.deviceId, one.label]), mic.chosen]);
    if (offered !== this.devices) {
      this.devices = offered;
      const named = list.map((one, i) => [one.deviceId, one.label || `Microphone ${i + 1}`]);
      const all = named.length ? named : [['default', 'The browser asks when you start']];
      select.replaceChildren(...all.map(([value, words]) => h('option', { value }, words)));
      select.value = all.some(([id]) => id === mic.chosen) ? mic.chosen : all[0][0];
    }
    select.disabled = state === 'finishing' || state === 'starting';
    $('.call').hidden = state !== 'idle' || !offersCall(this.data);
    $('.marks').hidden = state !== 'recording';
    text($('.marked'), markers.open ? `Marked ${hms(markers.open.marker.at)}` : '');
    $('.word').hidden = !markers.open;
    if (!markers.open) $('.word').value = '';
  }

  captions(state) {
    const box = this.$('.caps');
    box.hidden = !this.data.captions || !(recorder.isActive || state === 'done');
    if (!box.hidden) recorder.captions.draw(this.$('.lines'));
  }

  // --- what people do ---

  start() {
    const { api, start, therapist_id: therapist } = this.data;
    const withCall = offersCall(this.data) && this.$('.call input').checked;
    recorder.start({ api, start, therapist, withCall });
  }

  ask(isAsking) {
    this.isAsking = isAsking;
    this.show();
  }

  finish() {
    this.isAsking = false;
    recorder.finish();
  }

  chooseMicrophone() {
    this.$('.mic select').focus();
    this.$('.mic select').showPicker?.();
  }

  async mark({ withWord }) {
    this.$('.word').value = '';
    await recorder.markers.put();
    if (withWord) this.$('.word').focus();
  }

  field() {
    const word = this.$('.word');
    word.placeholder = 'a word, if you like';
    word.oninput = () => recorder.markers.write(word.value);
    word.onblur = () => word.value && recorder.markers.settle(word.value);
    word.onkeydown = e => {
      if (e.key === 'Enter') recorder.markers.settle(word.value);
      if (e.key === 'Escape') recorder.markers.settle('');
    };
  }

  pressed(e) {
    const at = e.composedPath()[0];
    if (e.currentTarget === document && at !== document.body) return; // keys of fields are theirs
    if (at.matches('input, select, textarea') || e.altKey || e.ctrlKey || e.metaKey || e.repeat) return;
    if (e.key.toLowerCase() !== 'm' || recorder.state !== 'recording') return;
    e.preventDefault();
    this.mark({ withWord: false });
  }

  // Only a change of state reruns the page; a page that comes back is told again.
  report(state) {
    const status = { state: REPORTED[state] ?? state, recording_id: recorder.tape?.id ?? null };
    const told = JSON.stringify(status);
    if (told === this.told) return;
    const isFirst = this.told === undefined;
    this.told = told;
    if (!isFirst || status.state !== 'idle') this.send('status', status);
  }

  destroy() {
    this.isMounted = false;
    clearInterval(this.timer);
    recorder.watchers.delete(this.paint);
    document.removeEventListener('keydown', this.onKey);
    recorder.tell();
  }
}

const views = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!views.has(root)) views.set(root, new RecorderView(root));
  views.get(root).update(component);
  return () => {
    views.get(root)?.destroy();
    views.delete(root);
  };
}
