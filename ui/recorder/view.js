// What a page shows of the recorder. It lives on the root element; a rerun calls update(), never a rebuild.

const MIC =
  'M12 2.5a3 3 0 0 0-3 3V11a3 3 0 0 0 6 0V5.5a3 3 0 0 0-3-3zM5.1 10.5h1.7a5.2 5.2 0 0 0 10.4 0h1.7' +
  'a6.9 6.9 0 0 1-6.05 6.85V21h-1.7v-3.65A6.9 6.9 0 0 1 5.1 10.5z';
const SIGN_OF = {
  safe: 'M12 2.2 4.5 5v5.9c0 4.8 3.2 9 7.5 10.9 4.3-1.9 7.5-6.1 7.5-10.9V5zM10.9 15.6 7.4 12.1l1.3-1.3 2.2 2.2 4.4-4.4 1.3 1.3z',
  warn: 'M12 3 1.8 20.5h20.4zM11.1 10h1.8v5h-1.8zM11.1 16.6h1.8v1.8h-1.8z',
};
const REPORTED = { starting: 'idle', lost: 'paused', recovered: 'recovering', elsewhere: 'idle' };
const LEVEL = { silence: '--st-orange-color', recording: '--st-blue-color', still: '--st-border-color' };

class RecorderView {
  constructor(root) {
    this.root = root;
    this.$ = selector => root.querySelector(selector);
    this.paint = () => this.show();
    this.timer = setInterval(() => this.tick(), BEAT);
    this.$('.mic select').onchange = e => recorder.change(e.target.value);
    this.$('.mark').onclick = () => this.mark({ withWord: true });
    this.field();
    this.onKey = e => this.pressed(e);
    root.addEventListener('keydown', e => e.stopPropagation()); // Streamlit has letters of its own
    root.addEventListener('keydown', this.onKey);
    document.addEventListener('keydown', this.onKey);
    recorder.mic.list();
    this.keepBright();
  }

  // Streamlit pales what it is about to draw again, for as long as the server takes. What records on meanwhile
  // must not look switched off.
  keepBright() {
    const box = this.root.getRootNode().host?.closest('[data-testid="stElementContainer"]');
    box?.style.setProperty('opacity', '1', 'important');
  }

  update({ data, setStateValue }) {
    this.data = { ...data, wait_for: unsupported() ?? data.wait_for };
    this.send = setStateValue;
    this.$('.rec').hidden = data.is_quiet;
    if (!data.is_quiet) {
      recorder.captions.isOn = data.captions;
      recorder.watchers.add(this.paint);
    }
    recorder.away.dress(this.$('.rec'));
    recorder.recovery.begin(data.api);
    recorder.tell();
    this.show();
  }

  get state() {
    const { state, tabs } = recorder;
    return ['idle', 'done'].includes(state) && tabs.other && !tabs.isOurs ? 'elsewhere' : state;
  }

  // --- paint ---

  show() {
    if (!this.data || this.data.is_quiet) return;
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
    if (document.hidden || !this.data || this.data.is_quiet) return;
    if (state === 'recording') this.safe(this.state);
    const isAlarming = state === 'recording' && levels.isAlarming;
    if (isAlarming || this.wasAlarming) this.alarms();
    this.wasAlarming = isAlarming;
    const role = isAlarming ? 'silence' : state === 'recording' ? 'recording' : 'still';
    levels.paint($('canvas'), getComputedStyle($('.rec')).getPropertyValue(LEVEL[role]));
  }

  safe(state) {
    const { $ } = this,
      [kind, words] = safety(recorder, state, this.data);
    if ($('.safe').dataset.kind !== kind)
      $('.safe svg').replaceWith(icon(SIGN_OF[kind] ?? SIGN_OF.safe));
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
    const hasLines = recorder.captions.fixed.length + recorder.captions.open.length > 0;
    box.hidden = !this.data.captions || !(recorder.isActive || (state === 'done' && hasLines));
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
    if (at.closest?.('input, select, textarea, [contenteditable], [role=listbox]')) return; // theirs
    if (e.altKey || e.ctrlKey || e.metaKey || e.repeat || e.key.toLowerCase() !== 'm') return;
    if (recorder.state !== 'recording') return;
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
    clearInterval(this.timer);
    recorder.watchers.delete(this.paint);
    document.removeEventListener('keydown', this.onKey);
    recorder.tell();
  }
}

export default mounted(RecorderView);
