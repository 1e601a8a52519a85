// Small pieces the view is made of.

const percent = share => `${Math.round(100 * share)} %`;
const many = (n, one, more) => `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
const link = (words, onclick) => h('button', { type: 'button', class: 'link', onclick }, words);
const clean = text => text.split(/\s+/).filter(Boolean).join(' ');

const LOW = 0.85; // below this a line says how sure it is
const isLow = line => line.machine == null && line.confidence < LOW;

// Where the searched words stand in a text, whatever their case; across line ends only the line is marked.
function marked(text, words) {
  const wanted = clean(words).toLocaleLowerCase();
  const plain = text.toLocaleLowerCase();
  if (!wanted || plain.length !== text.length || !plain.includes(wanted)) return [text];
  const parts = [];
  let from = 0;
  for (let at = plain.indexOf(wanted); at >= 0; at = plain.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), h('mark', {}, text.slice(at, at + wanted.length)));
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}
