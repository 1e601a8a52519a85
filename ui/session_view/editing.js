// Corrections: shown at once, sent one after the other, replaced by what the server says.

class Editing {
  constructor(view) {
    this.view = view;
  }

  wish(change, wish) {
    change();
    this.view.redraw();
    this.view.outbox.put(wish);
  }

  // --- what can be done ---

  reassign(ids, speaker) {
    const chosen = ids.map(id => this.view.byId.get(id)).filter(u => u && u.speaker !== speaker);
    if (!chosen.length) return;
    this.wish(
      () => {
        const key = speaker === 'new' ? this.view.voices.add() : speaker;
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
    const voice = this.view.voices.of(speaker),
      twin = this.view.voices.twinOf(speaker, name);
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

  setRole(voice, role) {
    if (role === voice.role) return;
    this.wish(
      () => {
        voice.role = role;
      },
      { act: 'role', speaker: voice.key, role },
    );
  }

  // --- the fields ---

  rename(speaker, button) {
    const voice = this.view.voices.of(speaker),
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
      hint.textContent = this.view.voices.twinOf(speaker, field.value.trim())
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
}
