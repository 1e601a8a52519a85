// The same for fragmented MP4, which browsers make that have no Opus in WebM: a moov, then moof and mdat in pairs.

const HOLDERS = new Set(['moov', 'trak', 'mdia', 'mvex', 'moof', 'traf']);

class Mp4Sound {
  constructor() {
    this.rest = new Uint8Array(0);
    this.scale = this.usual = 0; // ticks a second; ticks of a sample where a fragment does not say
  }

  // Cut behind the last whole mdat. A header alone waits for its first sound.
  push(delivered) {
    const bytes = joined([this.rest, delivered]),
      view = new DataView(bytes.buffer);
    let end = 0,
      seconds = 0,
      coming = 0;
    for (const box of this.boxes(view, 0, bytes.length)) {
      if (box.until > bytes.length) break;
      if (box.type === 'moov') this.header(view, box);
      if (box.type === 'moof') coming += this.length(view, box);
      if (box.type !== 'mdat') continue;
      end = box.until;
      seconds += coming;
      coming = 0;
    }
    this.rest = bytes.slice(end);
    return { content: bytes.subarray(0, end), seconds };
  }

  end() {
    this.rest = new Uint8Array(0);
  }

  *boxes(view, from, until) {
    while (from + 8 <= until) {
      const size = view.getUint32(from);
      if (size < 8) return;
      const type = String.fromCharCode(...[4, 5, 6, 7].map(i => view.getUint8(from + i)));
      yield { type, from: from + 8, until: from + size };
      from += size;
    }
  }

  *inside(view, box) {
    for (const one of this.boxes(view, box.from, box.until)) {
      yield one;
      if (HOLDERS.has(one.type)) yield* this.inside(view, one);
    }
  }

  header(view, moov) {
    for (const { type, from } of this.inside(view, moov)) {
      if (type === 'mdhd') this.scale = view.getUint32(from + (view.getUint8(from) ? 20 : 12));
      if (type === 'trex') this.usual = view.getUint32(from + 12);
    }
  }

  // Seconds of a fragment (ISO/IEC 14496-12, sections 8.8.7 and 8.8.8).
  length(view, moof) {
    let ticks = 0,
      usual = this.usual;
    for (const { type, from } of this.inside(view, moof)) {
      const flags = view.getUint32(from) & 0xffffff;
      if (type === 'tfhd' && flags & 8)
        usual = view.getUint32(from + 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0));
      if (type === 'trun') ticks += this.ticks(view, from, flags, usual);
    }
    return this.scale ? ticks / this.scale : 0;
  }

  ticks(view, from, flags, usual) {
    const count = view.getUint32(from + 4);
    if (!(flags & 0x100)) return count * usual;
    const step = 4 * [0x100, 0x200, 0x400, 0x800].filter(flag => flags & flag).length;
    let at = from + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0),
      ticks = 0;
    for (let i = 0; i < count; i++, at += step) ticks += view.getUint32(at);
    return ticks;
  }
}
