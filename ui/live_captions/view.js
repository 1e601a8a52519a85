const LIVE_EVERY = 500; // ms

const shown = new WeakMap(); // root → { captions, path }; a rerun changes nothing of it

export default function ({ parentElement: root, data }) {
  const before = shown.get(root);
  if (before?.path !== data.path) {
    before?.captions.stop();
    const box = root.querySelector('.lines');
    const live = { tape: { path: data.path, seal: true }, isActive: true };
    const captions = new Captions(live, { every: LIVE_EVERY });
    captions.isOn = true;
    captions.onNews = () => captions.draw(box);
    shown.set(root, { captions, path: data.path });
  }
  return () => {
    shown.get(root)?.captions.stop();
    shown.delete(root);
  };
}
