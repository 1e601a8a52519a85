// A rerun must not load the file anew: what is shown stays while the address stays.

const shown = new WeakMap();

function element(url, kind) {
  if (kind === 'application')
    return Object.assign(document.createElement('iframe'), { src: url, title: 'The original document' });
  if (kind === 'image')
    return Object.assign(document.createElement('img'), { src: url, alt: 'The original picture' });
  return Object.assign(document.createElement('p'), {
    textContent: 'Browsers do not show this type of picture. Open it in a program on this computer.',
  });
}

export default function ({ parentElement: root, data }) {
  if (shown.get(root) === data.url) return;
  shown.set(root, data.url);
  root.querySelector('.shown').replaceChildren(element(data.url, data.kind));
  const open = root.querySelector('.open');
  open.href = data.url;
  open.textContent = data.kind ? 'Open in a window of its own' : 'Save the original';
}
