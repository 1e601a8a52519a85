// The recording head: one MediaRecorder, that is one file inside the recording. Another microphone, another head.

const SLICE = 5; // s: what a killed browser can lose at most
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4'];
const BITS = 32_000; // a second

class Head {
  // `take(content, seconds, type, at)` gets each piece as it is complete.
  constructor(stream, take) {
    this.type = TYPES.find(type => MediaRecorder.isTypeSupported(type));
    this.take = take;
    this.canFlush = this.type.startsWith('audio/webm'); // MP4 gives whole fragments only
    this.sound = this.canFlush ? new WebmSound() : new Mp4Sound();
    this.reading = Promise.resolve();
    this.recorder = new MediaRecorder(stream, { mimeType: this.type, audioBitsPerSecond: BITS });
    this.recorder.ondataavailable = ({ data }) => this.deliver(data, now());
    this.stopped = new Promise(done => (this.recorder.onstop = done)); // also when its tracks end
    this.recorder.start(SLICE * 1000);
  }

  get isRunning() {
    return this.recorder.state === 'recording';
  }

  // Pieces are read one after the other, so that they keep their order.
  deliver(data, at) {
    this.reading = this.reading.then(async () => {
      const { content, seconds } = this.sound.push(new Uint8Array(await data.arrayBuffer()));
      if (content.length) this.take(content, seconds, this.type, at);
    });
  }

  // What was captured so far becomes a chunk now.
  flush() {
    if (this.isRunning) this.recorder.requestData();
  }

  // What was said until now is taken before this is done. What cannot be flushed ends here: `resume` is
  // false then, and a new head goes on.
  async pause() {
    if (!this.isRunning) return;
    if (!this.canFlush) return await this.stop();
    this.recorder.pause();
    this.recorder.requestData();
    await this.settled();
  }

  resume() {
    if (this.recorder.state !== 'paused') return false;
    this.recorder.resume();
    return true;
  }

  // Ends this file. Everything captured has been taken when it is done.
  async stop() {
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    await Promise.race([this.stopped, new Promise(done => setTimeout(done, 3000))]);
    await this.settled();
    this.sound.end();
  }

  // What was asked for comes as a task of its own: wait for it, then for the reading.
  async settled() {
    await new Promise(done => setTimeout(done, 50));
    await this.reading;
  }
}
