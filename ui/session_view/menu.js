// One menu for lines, speakers and statements: a popover that is walked by keys and gives the focus back.

class Menu {
  constructor(view) {
    this.view = view;
    this.menu = view.$('.menu');
    this.menu.onkeydown = e => this.key(e);
    this.menu.addEventListener('toggle', e => e.newState === 'closed' && this.comeBack());
  }

  open(label, items, button) {
    this.menu.replaceChildren(...items.filter(Boolean));
    this.menu.setAttribute('aria-label', label);
    this.from = this.view.root.activeElement ?? button;
    this.menu.showPopover();
    this.put(button);
    this.menu.querySelector('button').focus();
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

  choice(words, isChosen, does) {
    return this.item(words, does, { role: 'menuitemradio', 'aria-checked': String(isChosen) });
  }

  title(words) {
    return h('div', { class: 'title', role: 'presentation' }, words);
  }

  line() {
    return h('div', { role: 'separator' });
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
