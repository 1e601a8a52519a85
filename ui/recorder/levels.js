// How loud it is, for the eye, and for how long it has been silent.

const BARS = 60;

class Levels {
  constructor() {
    this.bars = new Array(BARS).fill(0);
    this.start({ isNew: true });
  }

  start({ isNew = false } = {}) {
    this.at = this.heardAt = now();
    if (isNew) this.hasHeard = false;
  }

  // `peak` is null while nothing can be measured: no reason for an alarm then.
  beat(peak, isRolling) {
    const at = now(),
      skipped = at - this.at;
    this.at = at;
    if (skipped > 5) this.heardAt += skipped; // the page stood still, so nobody listened
    this.bars.push(isRolling ? Math.min(1, 1.2 * (peak ?? 0) ** 0.7) : 0);
    if (this.bars.length > BARS) this.bars.shift();
    if (isRolling && peak !== null && peak < SIGNAL) return;
    this.heardAt = at;
    this.hasHeard ||= isRolling && peak !== null;
  }

  stop() {
    this.bars.fill(0);
  }

  get quiet() {
    return now() - this.heardAt;
  }

  get isAlarming() {
    return this.quiet >= (this.hasHeard ? QUIET_WITHIN : QUIET_AT_START);
  }

  // A flat line is drawn once, not ten times a second for as long as the page is open.
  paint(canvas, colour) {
    const { clientWidth: w, clientHeight: h } = canvas,
      k = devicePixelRatio,
      pen = canvas.getContext('2d');
    const flat = this.bars.some(Boolean) ? null : [w, h, k, colour].join();
    if (flat && flat === canvas.flat) return;
    canvas.flat = flat;
    if (canvas.width !== Math.round(w * k)) {
      canvas.width = Math.round(w * k);
      canvas.height = Math.round(h * k);
    }
    pen.setTransform(k, 0, 0, k, 0, 0);
    pen.clearRect(0, 0, w, h);
    pen.fillStyle = colour;
    pen.beginPath();
    this.bars.forEach((bar, i) => {
      const high = Math.max(3, bar * h);
      pen.roundRect((i * w) / BARS, (h - high) / 2, Math.max(2, w / BARS - 4), high, 2);
    });
    pen.fill();
  }
}
