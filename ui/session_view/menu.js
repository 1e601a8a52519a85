// The menu of a line: everything that can be done to it, also by keys.

class LineMenu {
  constructor(view) {
    this.view = view;
    this.menu = view.$('.menu');
    this.menu.onkeydown = e => this.key(e);
    this.menu.addEventListener('toggle', e => e.newState === 'closed' && this.comeBack());
  }

  open(u, button) {
    this.whole = false; // what is chosen concerns the line, or all of its turn
    this.menu.replaceChildren(...this.items(u).filter(Boolean));
    this.menu.setAttribute('aria-label', `Line at ${hms(u.start)}`);
    this.from = this.view.root.activeElement ?? button;
    this.menu.showPopover();
    this.put(button);
    this.menu.querySelector('button').focus();
  }

  items(u) {
    const { view } = this;
    const { editing } = view;
    const before = view.utterances[view.utterances.indexOf(u) - 1];
    const other = before && before.speaker !== u.speaker && view.voices.of(before.speaker).name;
    return [
      this.item('Play from here', () => view.transcript.playFrom(u.start)),
      this.item('Correct the words', () => editing.open(u)),
      before &&
        this.item(['Join to the line before', other && h('small', {}, other)], () =>
          editing.merge(u),
        ),
      u.machine != null && this.item("Put the machine's words back", () => editing.restore(u)),
      h('div', { role: 'separator' }),
      ...this.speakers(u),
    ];
  }

  speakers(u) {
    const { view } = this;
    const turn = view.transcript.turnOf(u);
    const say = speaker => () =>
      view.editing.reassign(this.whole ? turn.map(one => one.id) : [u.id], speaker);
    const voice = v =>
      this.item([h('i', { class: `dot c${v.colour}` }), h('span', {}, v.name)], say(v.key), {
        role: 'menuitemradio',
        'aria-checked': String(v.key === u.speaker),
      });
    return [
      h('div', { class: 'title', role: 'presentation' }, 'Said by'),
      turn.length > 1 && this.wholeTurn(turn.length),
      h(
        'div',
        { role: 'group', 'aria-label': 'Said by' },
        ...view.voices.heard.map(voice),
        this.item('Someone else', say('new')),
      ),
    ];
  }

  item(words, does, more = {}) {
    const onclick = () => {
      this.shut();
      does();
    };
    return h(
      'button',
      { type: 'button', role: 'menuitem', tabindex: -1, onclick, ...more },
      ...[words].flat(),
    );
  }

  wholeTurn(lines) {
    const onclick = e => {
      this.whole = !this.whole;
      e.currentTarget.setAttribute('aria-checked', String(this.whole));
    };
    return h(
      'button',
      { type: 'button', role: 'menuitemcheckbox', 'aria-checked': 'false', tabindex: -1, onclick },
      `All ${lines} lines of this turn`,
    );
  }

  put(button) {
    const at = button.getBoundingClientRect();
    const own = this.menu.getBoundingClientRect();
    const right = Math.min(at.right - own.width, innerWidth - own.width - 8);
    const below = at.bottom + 4 + own.height <= innerHeight;
    this.menu.style.left = `${Math.max(8, right)}px`;
    this.menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - own.height - 4)}px`;
  }

  shut() {
    if (!this.menu.matches(':popover-open')) return;
    this.menu.hidePopover();
    this.comeBack();
  }

  // Out of a shadow tree's popover the focus falls to the page. It goes back, unless someone took it.
  comeBack() {
    const at = this.view.root.activeElement;
    const isLost = document.activeElement === document.body || this.menu.contains(at);
    if (isLost) this.from?.focus({ preventScroll: true });
    this.from = null;
  }

  key(e) {
    const items = [...this.menu.querySelectorAll('button')];
    const at = items.indexOf(this.view.root.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
    if (to !== undefined) {
      e.preventDefault();
      items[(to + items.length) % items.length].focus();
    }
    if (e.key === 'Tab') {
      e.preventDefault();
      this.shut();
    }
    e.stopPropagation();
  }
}
