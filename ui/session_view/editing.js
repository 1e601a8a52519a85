// Corrections: shown at once, sent one after the other, replaced by what the server says.

const PATIENCE = 8000; // ms to wait for an answer before showing what the server has

// Wishes go to Python one at a time: a second trigger would take the first one's place if it was not read yet.
class Outbox {
  constructor(view) {
    this.view = view;
    this.queue = [];
    this.sent = null;
    this.last = 0;
  }

  put(wish) {
    this.last = Math.max(this.last + 1, Date.now()); // numbers grow over reloads too
    this.queue.push({ n: this.last, ...wish });
    this.go();
  }

  go() {
    if (this.sent || !this.queue.length) return;
    this.sent = this.queue.shift();
    this.view.send('act', this.sent);
    this.timer = setTimeout(() => {
      if (this.done()) this.view.load();
    }, PATIENCE);
  }

  // True when this answers the last wish: what the page shows must now become what is stored.
  answered(n) {
    return this.sent !== null && n >= this.sent.n && this.done();
  }

  done() {
    clearTimeout(this.timer);
    this.sent = null;
    this.go();
    return !this.busy;
  }

  get busy() {
    return this.sent !== null || this.queue.length > 0;
  }
}

class Editing {
  constructor(view) {
    this.view = view;
    this.outbox = new Outbox(view);
    this.menu = view.$('.menu');
    this.menu.onkeydown = e => this.menuKey(e);
  }

  wish(change, wish) {
    change();
    this.view.redraw();
    this.outbox.put(wish);
  }

  // --- what can be done ---

  reassign(ids, speaker) {
    const chosen = ids.map(id => this.view.byId.get(id)).filter(u => u && u.speaker !== speaker);
    if (!chosen.length) return;
    this.wish(
      () => {
        const key = speaker === 'new' ? this.view.newVoice() : speaker;
        for (const u of chosen) u.speaker = key;
      },
      { act: 'reassign', ids: chosen.map(u => u.id), speaker },
    );
  }

  merge(u) {
    const all = this.view.utterances,
      before = all[all.indexOf(u) - 1];
    if (!before) return;
    this.wish(
      () => {
        const mended = before.machine != null || u.machine != null;
        const machine = mended ? `${before.machine ?? before.text} ${u.machine ?? u.text}` : null;
        this.view.replace(before, {
          text: `${before.text} ${u.text}`,
          machine,
          words: [...(before.words ?? []), ...(u.words ?? [])],
          end: u.end,
        });
        all.splice(all.indexOf(u), 1);
      },
      { act: 'merge', id: u.id },
    );
    this.view.transcript.rowOf(before.id)?.focus({ preventScroll: true });
  }

  correct(u, text) {
    const words = text.split(/\s+/).filter(Boolean).join(' ');
    if (!words || words === u.text) return;
    const machine = u.machine ?? u.text;
    this.wish(
      () => this.view.replace(u, { text: words, machine: words === machine ? null : machine }),
      { act: 'correct', id: u.id, text: words },
    );
  }

  restore(u) {
    this.wish(() => this.view.replace(u, { text: u.machine, machine: null }), {
      act: 'restore',
      id: u.id,
    });
    this.view.transcript.rowOf(u.id)?.focus({ preventScroll: true });
  }

  // A name that another speaker has already makes the two one.
  named(speaker, name, mayJoin) {
    const voice = this.view.voice(speaker),
      twin = this.twin(speaker, name);
    if (!name || name === voice.name) return;
    if (twin && mayJoin)
      this.reassign(
        this.view.utterances.filter(u => u.speaker === speaker).map(u => u.id),
        twin.key,
      );
    else if (!twin)
      this.wish(
        () => {
          voice.name = name;
        },
        { act: 'rename', speaker, name },
      );
  }

  twin(speaker, name) {
    return this.view.voices.find(v => v.key !== speaker && fold(v.name) === fold(name));
  }

  // --- the fields ---

  rename(speaker, button) {
    const voice = this.view.voice(speaker),
      hint = h('span', { class: 'hint', role: 'status' });
    const field = h('input', {
      type: 'text',
      maxlength: 60,
      'aria-label': `New name for ${voice.name}`,
      autocomplete: 'off',
      spellcheck: 'false',
    });
    const box = h('span', { class: 'field naming' }, field, hint);
    let over = false;
    const done = (save, mayJoin) => {
      if (over) return;
      over = true;
      const name = field.value.split(/\s+/).filter(Boolean).join(' ');
      box.replaceWith(button);
      button.focus({ preventScroll: true });
      if (save) this.named(speaker, name, mayJoin);
    };
    const say = () => {
      hint.textContent = this.twin(speaker, field.value.trim())
        ? 'This name is taken: Enter makes both one speaker.'
        : 'Enter renames everywhere.';
    };
    field.value = voice.name;
    field.oninput = say;
    field.onblur = () => done(true, false);
    field.onkeydown = e => {
      if (e.key === 'Enter') {
        e.preventDefault();
        done(true, true);
      }
      if (e.key === 'Escape') {
        e.preventDefault();
        done(false);
      }
    };
    say();
    button.replaceWith(box);
    field.select();
  }

  open(asked) {
    if (!this.view.editable || !asked) return;
    this.close(true);
    const u = this.view.byId.get(asked.id);
    const row = this.view.transcript.rowOf(u.id),
      said = row.querySelector('p');
    const field = h('textarea', {
      'aria-label': `Words at ${hms(u.start)}`,
      maxlength: 4000,
      rows: 1,
      dir: 'auto',
    });
    const save = h(
      'button',
      { type: 'button', class: 'link', onclick: () => this.close(true) },
      'Save',
    );
    const cancel = h(
      'button',
      { type: 'button', class: 'link', onclick: () => this.close(false) },
      'Cancel',
    );
    const listen = h(
      'button',
      { type: 'button', class: 'link', onclick: () => this.view.player.playPart(u.start, u.end) },
      'Listen',
    );
    const tools = h(
      'div',
      { class: 'tools' },
      save,
      cancel,
      listen,
      h('span', { class: 'hint' }, 'Ctrl + Enter saves, Esc cancels'),
    );
    field.value = u.text;
    field.oninput = () => {
      save.disabled = !field.value.trim();
    };
    row.classList.add('editing');
    said.replaceWith(field);
    field.after(tools);
    this.editing = { u, row, said, field, tools };
    field.onkeydown = e => {
      if (e.key === 'Escape') {
        e.preventDefault();
        this.close(false);
      }
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
        e.preventDefault();
        this.close(true);
      }
    };
    field.focus();
  }

  close(save) {
    if (!this.editing) return;
    const { u, row, said, field, tools } = this.editing;
    this.editing = null;
    tools.remove();
    field.replaceWith(said);
    row.classList.remove('editing');
    const present = this.view.byId.get(u.id);
    if (save && present) this.correct(present, field.value);
    this.view.redraw();
    this.view.transcript.rowOf(u.id)?.focus({ preventScroll: true });
  }

  // --- the menu of a line ---

  openMenu(u, button) {
    const { view } = this,
      turn = view.transcript.turnOf(u),
      before = view.utterances[view.utterances.indexOf(u) - 1];
    let whole = false;
    const item = (words, does, more = {}) =>
      h(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          tabindex: -1,
          onclick: () => {
            this.shut();
            does();
          },
          ...more,
        },
        ...[words].flat(),
      );
    const say = speaker => () => this.reassign(whole ? turn.map(one => one.id) : [u.id], speaker);
    const voice = v =>
      item([h('i', { class: `dot c${v.colour}` }), h('span', {}, v.name)], say(v.key), {
        role: 'menuitemradio',
        'aria-checked': String(v.key === u.speaker),
      });
    const turnToggle =
      turn.length > 1 &&
      h(
        'button',
        {
          type: 'button',
          role: 'menuitemcheckbox',
          'aria-checked': 'false',
          tabindex: -1,
          onclick: e => {
            whole = !whole;
            e.currentTarget.setAttribute('aria-checked', String(whole));
          },
        },
        `All ${turn.length} lines of this turn`,
      );
    const items = [
      item('Play from here', () => view.player.playFrom(u.start)),
      item('Correct the words', () => this.open(u)),
      before &&
        item(
          [
            'Join to the line before',
            before.speaker !== u.speaker && h('small', {}, view.voice(before.speaker).name),
          ],
          () => this.merge(u),
        ),
      u.machine != null && item("Put the machine's words back", () => this.restore(u)),
      h('div', { role: 'separator' }),
      h('div', { class: 'title', role: 'presentation' }, 'Said by'),
      turnToggle,
      h(
        'div',
        { role: 'group', 'aria-label': 'Said by' },
        ...view.voices.map(voice),
        item('Someone else', say('new')),
      ),
    ];
    this.menu.replaceChildren(...items.filter(Boolean));
    this.menu.setAttribute('aria-label', `Line at ${hms(u.start)}`);
    this.menu.showPopover();
    this.putMenu(button);
    this.menu.querySelector('button').focus();
  }

  putMenu(button) {
    const at = button.getBoundingClientRect(),
      own = this.menu.getBoundingClientRect();
    const below = at.bottom + 4 + own.height <= innerHeight;
    this.menu.style.left = `${Math.max(8, Math.min(at.right - own.width, innerWidth - own.width - 8))}px`;
    this.menu.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - own.height - 4)}px`;
  }

  shut() {
    if (this.menu.matches(':popover-open')) this.menu.hidePopover();
  }

  menuKey(e) {
    const items = [...this.menu.querySelectorAll('button')],
      at = items.indexOf(this.view.root.activeElement);
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
