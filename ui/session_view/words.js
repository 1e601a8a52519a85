// Where each spoken word stands in the text on the page, and how a passage of it is marked.

const UNSURE = 0.5; // below this probability a word is marked as unclear
const REACH = 60; // characters a corrected text may be ahead of the machine's words

// For comparing: small letters without accents, the same length as the text, so that places stay true.
const foldOne = c => {
  const bare = c.normalize('NFD')[0].toLowerCase();
  return bare.length === 1 ? bare : c;
};
const fold = text =>
  /^[\x00-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : text
        .replace(/[‘’]/g, "'")
        .replace(/[“”]/g, '"')
        .replace(/[^\x00-\x7f]|[A-Z]/g, foldOne);

// Words of the machine found again in the text as it reads now: [{from, to, start, end, sure}].
// A word that a correction replaced is not there; its neighbours still are.
const placesOf = new WeakMap();
function wordPlaces(utterance) {
  const known = placesOf.get(utterance);
  if (known) return known;
  const text = fold(utterance.text),
    places = [];
  let from = 0;
  for (const [word, start, end, sure] of utterance.words ?? []) {
    const wanted = fold(word.trim()),
      at = wanted ? text.indexOf(wanted, from) : -1;
    if (at < 0 || at > from + REACH) continue;
    places.push({ from: at, to: at + wanted.length, start, end, sure });
    from = at + wanted.length;
  }
  placesOf.set(utterance, places);
  return places;
}

// A person's correction is sure.
const unsureWords = utterance =>
  utterance.machine == null ? wordPlaces(utterance).filter(word => word.sure < UNSURE) : [];

// A character range of a paragraph, whatever spans its text is divided into.
function rangeIn(paragraph, from, to) {
  const walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT),
    range = document.createRange();
  let before = 0,
    node;
  while ((node = walk.nextNode())) {
    const end = before + node.length;
    if (from >= before && from < end) range.setStart(node, from - before);
    if (to > before && to <= end) {
      range.setEnd(node, to - before);
      return range;
    }
    before = end;
  }
  return null;
}

// The word at a point of the screen, or undefined. Asking the boxes works in every browser and shadow tree.
function wordAt(paragraph, places, x, y) {
  return places.find(place => {
    const boxes = rangeIn(paragraph, place.from, place.to)?.getClientRects() ?? [];
    return [...boxes].some(b => x >= b.left - 1 && x <= b.right + 3 && y >= b.top && y <= b.bottom);
  });
}

// Marks over text that leave the document as it is: selections and copies stay clean.
// A browser without the Highlight API shows no marks; everything else works.
const mark = (name, ranges) => {
  if (!CSS.highlights) return;
  const drawn = ranges.filter(Boolean);
  if (drawn.length) CSS.highlights.set(name, new Highlight(...drawn));
  else CSS.highlights.delete(name);
};
