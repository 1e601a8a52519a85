const LIVE_EVERY = 500; // ms

class LiveCaptions {
  constructor(root) {
    this.box = root.querySelector('.lines');
  }

  update({ data: { path } }) {
    if (this.path === path) return;
    this.path = path;
    this.captions?.stop();
    this.captions = new Captions({ tape: { path, seal: true }, isActive: true }, { every: LIVE_EVERY });
    this.captions.isOn = true;
    this.captions.onNews = () => this.captions.draw(this.box);
  }

  destroy() {
    this.captions.stop();
  }
}

export default mounted(LiveCaptions);
