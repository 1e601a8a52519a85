// The sound that is recorded: one microphone, with a tab's sound mixed in where somebody asked for it.

const CHOSEN = 'verbatim-microphone'; // the device's id, as this browser scrambles it for this site
const WINDOW = 32768; // samples of level that are kept: more than half a second

class Microphone {
  constructor() {
    this.onLost = () => {};
    this.onCallEnded = () => {};
    this.devices = [];
    this.levels = new Float32Array(WINDOW);
    navigator.mediaDevices?.addEventListener?.('devicechange', () => this.list());
  }

  get chosen() {
    try {
      return localStorage.getItem(CHOSEN) || 'default';
    } catch {
      return 'default';
    }
  }

  choose(id) {
    try {
      localStorage.setItem(CHOSEN, id);
    } catch {
      // not remembered then
    }
  }

  async list() {
    const all = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    this.devices = all.filter(one => one.kind === 'audioinput' && one.deviceId);
    this.onList?.();
  }

  // Opens the chosen microphone, another one where it is gone. Throws what getUserMedia throws.
  async open({ id = this.chosen, withCall = false } = {}) {
    const call = withCall ? await this.share() : this.call; // first: it needs the click itself
    const own = await this.ear(id, Boolean(call)).catch(error => {
      if (withCall) this.stop(call);
      throw error;
    });
    this.close({ keepCall: true });
    this.own = own;
    this.call = call ?? null;
    const [track] = own.getAudioTracks();
    this.name = track.label;
    track.onended = () => this.own === own && this.onLost();
    this.context = new AudioContext({ latencyHint: 'playback' }); // fewer, larger steps
    this.context.resume?.().catch(() => {});
    this.stream = call ? this.mixed(own, call) : own;
    this.listen(this.stream);
    this.list();
  }

  // The sound as it is. Noise suppression eats quiet words, and gain control made transcripts no better:
  // word error rate 11.7 % with it, 11.2 % without, 11.0 % of the file that the microphone played.
  async ear(id, hasCall) {
    const wish = {
      channelCount: 1,
      noiseSuppression: false,
      autoGainControl: false,
      echoCancellation: hasCall, // the call comes out of the loudspeakers as well
    };
    const exact = id && id !== 'default' ? { deviceId: { exact: id } } : {};
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: { ...wish, ...exact } });
    } catch (error) {
      if (!exact.deviceId || error.name !== 'OverconstrainedError') throw error;
      return await navigator.mediaDevices.getUserMedia({ audio: wish });
    }
  }

  // The sound of a tab. Browsers give it with the picture only; the picture is let go at once.
  async share() {
    const asked = navigator.mediaDevices.getDisplayMedia({ video: true, audio: true });
    const shared = await asked.catch(() => {
      throw new DOMException('', 'CallNotShared');
    });
    for (const track of shared.getVideoTracks()) track.stop();
    const [track] = shared.getAudioTracks();
    if (!track) throw new DOMException('', 'NoCallSound');
    track.onended = () => this.call === shared && this.onCallEnded();
    return shared;
  }

  mixed(own, call) {
    const both = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 });
    for (const stream of [own, call]) {
      const sound = new MediaStream(stream.getAudioTracks());
      this.context.createMediaStreamSource(sound).connect(both);
    }
    return both.stream;
  }

  listen(stream) {
    this.analyser = new AnalyserNode(this.context, { fftSize: WINDOW });
    this.context.createMediaStreamSource(stream).connect(this.analyser);
    this.heardAt = performance.now();
  }

  // The loudest since it was asked last, 0 to 1; null while nothing can be measured.
  peak() {
    if (!this.analyser || this.context.state !== 'running') return null;
    const at = performance.now();
    const count = Math.ceil(((at - this.heardAt) / 1000) * this.context.sampleRate);
    this.heardAt = at;
    this.analyser.getFloatTimeDomainData(this.levels);
    let peak = 0;
    for (let i = Math.max(0, WINDOW - count); i < WINDOW; i++)
      peak = Math.max(peak, Math.abs(this.levels[i]));
    return peak;
  }

  // While paused the page hears nothing either.
  mute(isMuted) {
    for (const stream of [this.own, this.call])
      for (const track of stream?.getAudioTracks() ?? []) track.enabled = !isMuted;
  }

  close({ keepCall = false } = {}) {
    this.stop(this.own);
    if (!keepCall) this.stop(this.call);
    if (!keepCall) this.call = null;
    this.own = this.stream = this.analyser = null;
    this.context?.close().catch(() => {});
    this.context = null;
  }

  stop(stream) {
    for (const track of stream?.getTracks() ?? []) track.stop();
  }
}

const REASONS = {
  NotAllowedError:
    'The browser does not let this page use the microphone. Allow it with the sign beside the address, then start again.',
  NotFoundError: 'No microphone was found. Plug one in, then start again.',
  NotReadableError:
    'The microphone does not answer; another program may be using it. Close that program, then start again.',
  CallNotShared:
    'The sound of the call was not shared. Share its tab, or start without the sound of the call.',
  NoCallSound:
    'No sound was shared. Choose the tab of the call, switch on “share tab audio”, then start again.',
};

const reasonOf = error =>
  error instanceof Trouble
    ? error.sentence || WHY[error.kind]
    : (REASONS[error.name] ?? 'The microphone could not be opened. Try another one.');
const WHY = {
  line: 'The server cannot be reached, so the recording was not started. Try again in a moment.',
  'signed-out': 'You are signed out. Sign in again, then start the recording.',
  refused: 'The recording could not be started.',
};
