// How much sound is in what a MediaRecorder delivers: counted from the Opus packets, not from a clock.

const MASTERS = new Set([0x18538067, 0x1f43b675]); // Segment and Cluster: their content is read on
const BLOCK = 0xa3;
const SILK = [10, 20, 40, 60],
  CELT = [2.5, 5, 10, 20]; // ms a frame

// A number of EBML at `at`: its value and length, or null when it is not all there yet.
function vint(bytes, at, { marked }) {
  const first = bytes[at];
  if (first === undefined) return null;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) return null;
  let value = marked ? first : first & (0xff >> length),
    isUnknown = !marked && value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    value = value * 256 + bytes[at + i];
    isUnknown &&= bytes[at + i] === 0xff;
  }
  return { value, length, isUnknown };
}

// Seconds of sound in an Opus packet (RFC 6716, section 3.1).
function opusSeconds(bytes, at) {
  const toc = bytes[at],
    kind = toc >> 3,
    code = toc & 3;
  const frame = kind < 12 ? SILK[kind & 3] : kind < 16 ? SILK[kind & 1] : CELT[kind & 3];
  const frames = code === 0 ? 1 : code < 3 ? 2 : bytes[at + 1] & 0x3f;
  return (frame * frames) / 1000;
}

function joined(pieces) {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

// Chromium's chunks may end in the middle of a packet, after a single byte of it. What is unfinished is
// kept back for the next chunk, so that every chunk begins where a packet begins and holds at least one.
class WebmSound {
  constructor() {
    this.rest = new Uint8Array(0);
  }

  // Takes what was delivered; answers the content that is complete, and its seconds.
  push(delivered) {
    const bytes = joined([this.rest, delivered]);
    let at = 0,
      end = 0,
      seconds = 0;
    for (let element; (element = this.element(bytes, at)); at = element.until) {
      if (element.id !== BLOCK) continue;
      seconds += opusSeconds(bytes, element.from + 4);
      end = element.until;
    }
    this.rest = bytes.slice(end);
    return { content: bytes.subarray(0, end), seconds };
  }

  // What was never completed holds no sound that could be played.
  end() {
    this.rest = new Uint8Array(0);
  }

  element(bytes, at) {
    const id = vint(bytes, at, { marked: true });
    if (!id) return null;
    const size = vint(bytes, at + id.length, { marked: false });
    if (!size) return null;
    const from = at + id.length + size.length;
    const until = MASTERS.has(id.value) || size.isUnknown ? from : from + size.value;
    return until <= bytes.length ? { id: id.value, from, until } : null;
  }
}
