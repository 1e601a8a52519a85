// The audio element and its controls. The position it tells is the one everything else follows.

class Player {
  constructor(view) {
    this.view = view;
    const audio = (this.audio = view.$('audio')),
      { $ } = view;
    $('.go').onclick = () => this.toggle();
    for (const button of view.root.querySelectorAll('.skip'))
      button.onclick = () => this.skip(+button.dataset.by);
    $('select').onchange = e => {
      audio.playbackRate = audio.defaultPlaybackRate = +e.target.value;
    };
    audio.onplay = () => {
      this.label();
      this.run();
    };
    audio.onpause = () => {
      this.label();
      this.until = null;
    };
    audio.ontimeupdate = audio.onseeked = () => this.tick();
    audio.onloadedmetadata = () => {
      this.broken = false;
      this.label();
      if (!view.duration && Number.isFinite(audio.duration)) view.measured(audio.duration);
    };
    audio.onerror = () => {
      this.broken = Boolean(audio.getAttribute('src'));
      this.label();
    };
    this.label();
  }

  load(address) {
    if ((this.audio.getAttribute('src') ?? '') === (address ?? '')) return;
    if (address) this.audio.src = address;
    else {
      this.audio.removeAttribute('src');
      this.audio.load();
    }
    this.broken = false;
    this.label();
  }

  get missing() {
    return !this.audio.getAttribute('src');
  }
  at() {
    return this.wanted ?? this.audio.currentTime;
  }

  label() {
    const { $ } = this.view,
      playing = !this.audio.paused,
      off = this.missing || this.broken;
    $('.go').replaceChildren(icon(playing ? PAUSE : PLAY));
    $('.go').setAttribute('aria-label', playing ? 'Pause' : 'Play');
    $('.go').title = playing ? 'Pause (Space)' : 'Play (Space)';
    for (const control of this.view.root.querySelectorAll('.go, .skip, .clock select'))
      control.disabled = off;
    $('.frame').classList.toggle('mute', off);
    if (this.view.note) $('.keys').replaceChildren(...this.hints(off));
  }

  hints(off) {
    if (this.missing) return ['There is no audio to play.'];
    if (off) return ['The audio could not be played. The transcript is complete without it.'];
    const key = (name, does) => h('span', {}, h('kbd', {}, name), ` ${does}`);
    const { note, editable } = this.view;
    if (note.given)
      return [
        h('span', {}, h('kbd', {}, 'J'), ' ', h('kbd', {}, 'K'), ' statement'),
        key('Enter', 'play evidence'),
        key('Space', 'pause'),
      ];
    return [
      key('Space', 'play'),
      key('Enter', 'play a line'),
      editable && key('E', 'correct it'),
    ].filter(Boolean);
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }
  play() {
    if (!this.missing && !this.broken) this.audio.play().catch(() => this.label());
  }
  playFrom(at) {
    this.until = null;
    this.seek(at);
    this.play();
  }
  skip(by) {
    this.seek(this.at() + by);
  }

  // One line, then silence: to listen again while correcting it.
  playPart(from, to) {
    this.seek(from);
    this.until = to;
    this.play();
  }

  seek(at) {
    const to = Math.min(Math.max(0, at), this.view.duration || at);
    this.audio.currentTime = to;
    this.wanted = this.audio.readyState ? null : to; // before the file is known its clock stays at 0
    this.tick();
  }

  run() {
    cancelAnimationFrame(this.frame);
    const step = () => {
      this.tick();
      if (!this.audio.paused) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  tick() {
    if (this.wanted != null && this.audio.readyState) this.wanted = null;
    const at = this.at(),
      playing = !this.audio.paused,
      whole = Math.floor(at);
    if (this.until != null && at >= this.until) {
      this.audio.pause();
      return;
    }
    this.view.transcript.heardAt(at, playing);
    const { $ } = this.view,
      range = $('.lane input');
    if (range !== this.view.root.activeElement || playing) range.value = at;
    if (whole !== this.told || this.length !== this.view.duration) {
      this.told = whole;
      this.length = this.view.duration;
      $('.at').textContent = `${hms(at)} / ${hms(this.view.duration)}`;
      range.setAttribute('aria-valuetext', `${hms(at)} of ${hms(this.view.duration)}`);
    }
    this.view.timeline.paint();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.audio.pause();
  }
}
