// Who speaks: names, colours, and how much of the talk is theirs.

const VOICES = 8; // colours there are; see view.css
const COLOUR_OF_ROLE = { therapist: 0, client: 1 };

// Therapist and client have their colours; everyone else takes the next that is free.
function colourVoices(speakers) {
  const taken = new Set(),
    colours = new Map();
  for (const s of speakers) {
    const own = COLOUR_OF_ROLE[s.role];
    if (own !== undefined && !taken.has(own)) {
      taken.add(own);
      colours.set(s.key, own);
    }
  }
  for (const s of speakers) {
    if (colours.has(s.key)) continue;
    let next = 0;
    while (taken.has(next) && next < VOICES - 1) next++;
    taken.add(next);
    colours.set(s.key, next);
  }
  return colours;
}

// As the machine numbered them and nobody named them yet: then the role says who it is.
const namedInFull = ({ name, role }) =>
  /^Speaker \d+$/.test(name) && role in COLOUR_OF_ROLE ? `${name} · ${role}` : name;

class Voices {
  constructor(view) {
    this.view = view;
    this.all = []; // {key, name, role, colour, share}
    this.heard = []; // those with at least one line
    this.list = view.$('.voices');
    this.list.onclick = e => {
      const button = e.target.closest('button[data-key]'),
        chip = button?.parentElement.querySelector('.voice');
      if (button?.matches('.role')) view.menus.speaker(this.of(button.dataset.key), chip, button);
      else if (button) view.editing.rename(button.dataset.key, button);
    };
  }

  areNews(speakers) {
    return JSON.stringify(speakers) !== this.given;
  }

  // Names and roles as they are stored; the page's before they are there.
  take(again) {
    const { data, stored = [], utterances } = this.view;
    if (again || !this.all.length) {
      this.given = JSON.stringify(data.speakers);
      const given = new Map((data.speakers ?? []).map(s => [s.key, s]));
      const named = new Map(stored.map(s => [s.key, s]));
      const keys = new Set([...given.keys(), ...named.keys(), ...utterances.map(u => u.speaker)]);
      this.all = [...keys].map(key => ({
        key,
        role: named.get(key)?.role ?? given.get(key)?.role ?? 'other',
        name: named.get(key)?.name ?? given.get(key)?.name ?? key,
      }));
    }
    this.measure(utterances);
  }

  measure(utterances) {
    const colours = colourVoices(this.all);
    const spoken = new Map();
    for (const u of utterances)
      spoken.set(u.speaker, (spoken.get(u.speaker) ?? 0) + u.end - u.start);
    const total = [...spoken.values()].reduce((a, b) => a + b, 0) || 1;
    for (const v of this.all) {
      v.colour = colours.get(v.key);
      v.full = namedInFull(v);
      v.share = (spoken.get(v.key) ?? 0) / total;
    }
    this.heard = this.all.filter(v => spoken.has(v.key));
  }

  of(key) {
    return this.all.find(v => v.key === key) ?? { key, name: key, full: key, colour: VOICES - 1, share: 0 };
  }

  twinOf(key, name) {
    return this.heard.find(v => v.key !== key && fold(v.name) === fold(name));
  }

  // A speaker the server has not numbered yet.
  add() {
    let n = this.all.length + 1;
    while (this.all.some(v => v.name === `Speaker ${n}`)) n++;
    this.all.push({ key: `new ${n}`, name: `Speaker ${n}`, role: 'other' });
    return `new ${n}`;
  }

  draw() {
    if (!this.list.querySelector('.naming'))
      this.list.replaceChildren(...this.heard.map(v => h('li', {}, this.chip(v), this.roleButton(v))));
  }

  chip(v) {
    const { editable } = this.view;
    return h(
      editable ? 'button' : 'span',
      {
        class: `voice c${v.colour}`,
        type: editable && 'button',
        'data-key': v.key,
        title: `${percent(v.share)} of the talking${editable ? `. Rename ${v.name} everywhere` : ''}`,
      },
      h('i', { class: `dot c${v.colour}` }),
      h('b', {}, v.full),
      h('small', { title: 'Share of the talking' }, percent(v.share)),
    );
  }

  roleButton(v) {
    return (
      this.view.editable &&
      h(
        'button',
        {
          class: 'role',
          type: 'button',
          'data-key': v.key,
          'aria-haspopup': 'menu',
          'aria-label': `Who ${v.name} is`,
          title: `Who ${v.name} is`,
        },
        icon(DOWN),
      )
    );
  }
}
