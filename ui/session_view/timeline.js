// One lane per speaker over the whole length, what was heard in full colour.

const LANE = { one: 18, few: 15, many: 9 }; // px from lane to lane
const MARKS = 8; // px above the lanes for evidence, and as much below for risk and markers

class Timeline {
  constructor(view) {
    this.view = view;
    this.canvas = view.$('canvas');
    this.picture = document.createElement('canvas');
    this.range = view.$('.lane input');
    this.range.oninput = () => view.player.seek(+this.range.value);
    const lane = view.$('.lane'),
      bubble = view.$('.bubble');
    lane.onpointermove = e => {
      const box = lane.getBoundingClientRect(),
        share = Math.min(1, Math.max(0, (e.clientX - box.left) / box.width));
      const u = view.utteranceAt(share * view.duration);
      bubble.textContent =
        u && u.end >= share * view.duration
          ? `${hms(share * view.duration)} ${view.voices.of(u.speaker).name}`
          : hms(share * view.duration);
      bubble.style.left = `${100 * share}%`;
      bubble.hidden = false;
    };
    lane.onpointerleave = () => {
      bubble.hidden = true;
    };
    this.watch = new ResizeObserver(() => this.paint());
    this.watch.observe(lane);
  }

  // Speakers, length or colours changed.
  draw() {
    const voices = this.view.voices.heard,
      pitch = voices.length < 2 ? LANE.one : voices.length < 5 ? LANE.few : LANE.many;
    const time = this.view.$('.time'),
      names = this.view.$('.names');
    time.style.setProperty('--lanes', `${Math.max(2, voices.length) * pitch + 2 * MARKS}px`);
    time.style.setProperty('--pitch', `${pitch}px`);
    names.replaceChildren(
      ...(pitch === LANE.many ? [] : voices.map(v => h('span', { class: `c${v.colour}` }, v.full))),
    );
    this.pitch = pitch;
    this.range.max = Math.max(1, this.view.duration).toFixed(1);
    this.drawn = null;
    this.paint();
  }

  paint() {
    const { canvas, view } = this,
      w = canvas.clientWidth,
      tall = canvas.clientHeight,
      r = devicePixelRatio;
    if (!w || !view.duration || !this.pitch) return;
    const page = getComputedStyle(view.$('.frame'));
    const look = [w, tall, r, this.pitch, view.loaded, page.color, page.backgroundColor].join();
    const x = (view.player.at() / view.duration) * w,
      heard = Math.round(x * r);
    const { lit, turn } = view.evidence;
    if (look === this.drawn && heard === this.painted && turn === this.litAt) return;
    if (look !== this.drawn) {
      this.colours = {
        lit: this.colour('--st-link-color'),
        risk: this.colour('--st-orange-color'),
        quiet: this.colour('--st-gray-text-color'),
      };
      canvas.width = this.picture.width = Math.round(w * r);
      canvas.height = this.picture.height = Math.round(tall * r);
      this.drawPicture(w, tall, r);
      this.drawn = look;
    }
    this.painted = heard;
    this.litAt = turn;
    const g = canvas.getContext('2d'),
      height = canvas.height;
    g.clearRect(0, 0, canvas.width, height);
    g.globalAlpha = 0.45;
    g.drawImage(this.picture, 0, 0);
    g.globalAlpha = 1;
    if (heard > 0) {
      g.clearRect(0, 0, heard, height);
      g.drawImage(this.picture, 0, 0, heard, height, 0, 0, heard, height);
    }
    g.save();
    g.scale(r, r);
    this.drawPlaces(g, w, tall);
    this.drawLit(g, lit, w, tall);
    g.restore();
    g.fillStyle = page.color;
    g.fillRect(Math.round((Math.min(Math.max(x, 1), w - 1) - 1) * r), 0, Math.ceil(2 * r), height);
  }

  // light-dark() in a custom property is resolved only where it is used, so ask an element that uses it.
  colour(name) {
    const probe = (this.probe ??= this.view
      .$('.frame')
      .appendChild(h('i', { class: 'probe', hidden: true })));
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  }

  drawPicture(w, tall, r) {
    const { view, picture, pitch } = this,
      lanes = new Map(view.voices.heard.map((v, i) => [v.key, i]));
    const g = picture.getContext('2d'),
      count = Math.max(1, view.voices.heard.length);
    const top = this.top(tall),
      high = pitch - (pitch === LANE.many ? 2 : 5);
    g.scale(r, r);
    g.fillStyle = this.colour('--st-border-color');
    for (let i = 0; i < count; i++) g.fillRect(0, top + (i + 0.5) * pitch - 0.5, w, 1);
    for (const voice of view.voices.heard) {
      g.fillStyle = this.colour(`--voice-${voice.colour}`);
      const y = top + lanes.get(voice.key) * pitch + (pitch - high) / 2;
      for (const u of view.utterances) {
        if (u.speaker !== voice.key) continue;
        g.fillRect(
          (u.start / view.duration) * w,
          y,
          Math.max(1, ((u.end - u.start) / view.duration) * w - 0.5),
          high,
        );
      }
    }
    this.drawDots(g, w, top);
  }

  top(tall) {
    return (tall - Math.max(1, this.view.voices.heard.length) * this.pitch) / 2;
  }

  // Quiet dots where the note has its evidence.
  drawDots(g, w, top) {
    const { view } = this;
    g.fillStyle = this.colour('--st-blue-color');
    for (const id of view.evidence.users.keys())
      dot(g, (view.byId.get(id).start / view.duration) * w, top - 4, 1.5);
  }

  // Triangles where risk was mentioned, ticks of the recorder's markers: in full colour, heard or not.
  drawPlaces(g, w, tall) {
    const { view, colours } = this,
      bottom = tall - this.top(tall);
    const x = at => (at / view.duration) * w;
    g.fillStyle = colours.quiet;
    for (const one of view.events)
      if (one.kind === 'marker') g.fillRect(x(one.at) - 1, bottom + 1, 2, 7);
    g.fillStyle = colours.risk;
    for (const one of view.risk.mentions) {
      g.beginPath();
      g.moveTo(x(one.at), bottom + 1);
      g.lineTo(x(one.at) - 4, bottom + 7);
      g.lineTo(x(one.at) + 4, bottom + 7);
      g.fill();
    }
  }

  drawLit(g, lit, w, tall) {
    const { view } = this,
      top = this.top(tall);
    g.fillStyle = this.colours.lit;
    for (const id of lit) {
      const u = view.byId.get(id);
      if (!u) continue;
      const from = (u.start / view.duration) * w,
        wide = Math.max(4, ((u.end - u.start) / view.duration) * w);
      dot(g, from, top - 4, 3);
      g.globalAlpha = 0.25;
      g.fillRect(from - 1, top, wide + 2, tall - 2 * top);
      g.globalAlpha = 1;
    }
  }
}

function dot(g, x, y, radius) {
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.fill();
}
