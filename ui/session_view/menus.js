// What can be done to a line, to a speaker, to a statement.

const ROLES = { therapist: 'Therapist', client: 'Client', other: 'Someone else' };

class Menus {
  constructor(view) {
    this.view = view;
    this.menu = new Menu(view);
  }

  // --- a line of the transcript ---

  line(u, button) {
    this.whole = false; // what is chosen concerns the line, or all of its turn
    const { view, menu } = this;
    const { editing } = view;
    const before = view.utterances[view.utterances.indexOf(u) - 1];
    const other = before && before.speaker !== u.speaker && view.voices.of(before.speaker).name;
    const items = [
      menu.item('Play from here', () => view.transcript.playFrom(u.start)),
      menu.item('Correct the words', () => editing.open(u)),
      before &&
        menu.item(['Join to the line before', other && h('small', {}, other)], () =>
          editing.merge(u),
        ),
      u.machine != null && menu.item("Put the machine's words back", () => editing.restore(u)),
      menu.line(),
      ...this.saidBy(u),
    ];
    menu.open(`Line at ${hms(u.start)}`, items, button);
  }

  saidBy(u) {
    const { view, menu } = this;
    const turn = view.transcript.turnOf(u);
    const say = speaker => () =>
      view.editing.reassign(this.whole ? turn.map(one => one.id) : [u.id], speaker);
    const voice = v =>
      menu.choice(
        [h('i', { class: `dot c${v.colour}` }), h('span', {}, v.name)],
        v.key === u.speaker,
        say(v.key),
      );
    return [
      menu.title('Said by'),
      turn.length > 1 && this.wholeTurn(turn.length),
      h(
        'div',
        { role: 'group', 'aria-label': 'Said by' },
        ...view.voices.heard.map(voice),
        menu.item('Someone else', say('new')),
      ),
    ];
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

  // --- a speaker ---

  speaker(voice, chip, button) {
    const { menu, view } = this;
    const role = key =>
      menu.choice(ROLES[key], key === voice.role, () => view.editing.setRole(voice, key));
    const items = [
      menu.item('Rename everywhere', () => view.editing.rename(voice.key, chip)),
      menu.line(),
      menu.title('This is the'),
      h('div', { role: 'group', 'aria-label': 'Role' }, ...Object.keys(ROLES).map(role)),
    ];
    menu.open(voice.name, items, button);
  }

  // --- a statement of the note ---

  statement(found, button) {
    const { menu, view } = this;
    const { statement, section } = found;
    const { writing } = view;
    const at = section.statements.indexOf(statement);
    const items = [
      view.evidence.linesOf(statement).length > 0 &&
        menu.item('Play its passages', () => view.note.play(statement.id)),
      menu.item('Edit', () => writing.open(statement.id)),
      statement.origin === 'edited' &&
        menu.item("Put the draft's words back", () => writing.restore(statement.id)),
      menu.item('Add a statement below', () => writing.add(section.key, statement.id)),
      at > 0 && menu.item('Move up', () => writing.move(statement.id, -1)),
      at < section.statements.length - 1 &&
        menu.item('Move down', () => writing.move(statement.id, 1)),
      view.note.content.sections.length > 1 &&
        menu.item('Move to another section', () => this.sections(found, button)),
      menu.line(),
      menu.item('Remove', () => writing.remove(statement.id)),
    ];
    menu.open('Statement', items, button);
  }

  // Where a statement may go.
  sections({ statement, section }, button) {
    const { menu, view } = this;
    const others = view.note.content.sections.filter(one => one !== section);
    const items = others.map(one =>
      menu.item(one.title, () => view.writing.moveTo(statement.id, one.key)),
    );
    menu.open('Move to another section', [menu.title('Move to'), ...items], button);
  }
}
