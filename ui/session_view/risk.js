// The band above everything: where risk was mentioned, and apart from it where it may be hinted at, and what the
// therapist asked. Nothing found says nothing: there is no band then, and no word of absence.

const RISKS = {
  suicide: 'Suicide',
  'self-harm': 'Self-harm',
  'harm-to-others': 'Harm to others',
  abuse: 'Abuse',
  neglect: 'Neglect',
  means: 'Means',
};
const WORDS_SHOWN = 3; // with more mentions than this their words would fill the band

class Risk {
  constructor(view) {
    this.view = view;
    this.box = view.$('.risk');
    this.mentions = [];
    this.box.onclick = e => {
      const button = e.target.closest('button');
      if (button) this.play(+button.dataset.line, +button.dataset.at);
    };
  }

  play(line, at) {
    const { view } = this;
    const [id] = view.evidence.present([line]);
    view.note.hovered = null;
    view.faces.turn('said');
    if (id !== undefined) {
      view.evidence.light([id]);
      view.note.show([id]);
      view.note.cite(id);
    }
    view.player.playFrom(at);
  }

  draw(content) {
    this.mentions = content?.risk ?? [];
    const asked = content?.asked ?? [];
    const hints = content?.hints ?? [];
    this.box.hidden = !this.mentions.length && !hints.length && !asked.length;
    this.box.classList.toggle('quiet', !this.mentions.length);
    const isShort = this.mentions.length + hints.length <= WORDS_SHOWN;
    this.box.replaceChildren(
      ...(this.mentions.length
        ? [h('b', {}, 'Risk was mentioned'), ...this.groups(this.mentions, isShort)]
        : []),
      ...this.apart(
        'May hint at risk',
        hints.map(one => this.place(one, isShort)), // at which is a guess on top of a guess
      ),
      ...this.apart('The therapist asked', this.groups(asked, false)),
    );
  }

  apart(title, children) {
    return children.length
      ? [h('span', { class: 'apart' }, h('span', {}, title), ...children)]
      : [];
  }

  groups(places, hasWords) {
    const kinds = [...new Set(places.map(one => one.category))];
    return kinds.map(kind =>
      h(
        'span',
        { class: 'kind' },
        RISKS[kind] ?? kind,
        ...places.filter(one => one.category === kind).map(one => this.place(one, hasWords)),
      ),
    );
  }

  // What was said with a no is a mention as well: a no may be meant or not. It says so.
  place({ utterance, at, words, is_negated: isDenied }, hasWords) {
    const said = hasWords && words ? `“${words}” ` : '';
    const denied = isDenied ? ', denied' : '';
    return h(
      'button',
      {
        type: 'button',
        'data-line': utterance,
        'data-at': at,
        title: words,
        'aria-label': `${said}${hms(at)}${denied}, play from there`,
      },
      hasWords && words && h('q', { dir: 'auto' }, `“${words}”`),
      hasWords && words && ' ',
      hms(at),
      denied && h('i', {}, denied),
    );
  }
}
