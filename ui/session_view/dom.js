// Small pieces the view is made of.

// The only markup made from a string: icons that are written here.
const icon = path => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
};
const PLAY = 'M7 4.5v15l12.5-7.5z';
const PAUSE = 'M6.5 4.5h4v15h-4zM13.5 4.5h4v15h-4z';
const FLAG = 'M6 3.5h12.5l-2.6 4.75L18.5 13H8v7.5H6z';
const DOWN = 'M7.4 9 12 13.6 16.6 9 18 10.4l-6 6-6-6z';
const MORE =
  'M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z';

// 0:33, 25:49, 1:24:50
const hms = seconds => {
  const t = Math.max(0, Math.floor(seconds)),
    hours = Math.floor(t / 3600);
  const minutes = Math.floor(t / 60) % 60,
    rest = String(t % 60).padStart(2, '0');
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
};

const lasting = seconds =>
  seconds < 60 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
const percent = share => `${Math.round(100 * share)} %`;
const many = (n, one, more) => `${n.toLocaleString('en')} ${n === 1 ? one : more}`;

const still = matchMedia('(prefers-reduced-motion: reduce)');

// Bring a row into view. Heights of rows that were never shown are estimates, so land first, then correct.
function reveal(row, box, smooth = false) {
  row.scrollIntoView({ block: 'nearest' });
  const off =
    row.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight * 0.3;
  box.scrollBy({ top: off, behavior: smooth && !still.matches ? 'smooth' : 'instant' });
}

const isVisible = (row, box) => {
  const r = row.getBoundingClientRect(),
    b = box.getBoundingClientRect();
  return r.top >= b.top && r.bottom <= b.bottom;
};

// Only what moved is touched, so scrolling, focus and an open field survive a change elsewhere.
function place(box, wanted) {
  const keep = new Set(wanted);
  for (const old of [...box.children]) if (!keep.has(old)) old.remove();
  let next = box.firstChild;
  for (const row of wanted) {
    if (row === next) next = next.nextSibling;
    else box.insertBefore(row, next);
  }
}
