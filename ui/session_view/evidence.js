// Which lines carry which statement, and which of them are lit.

class Evidence {
  constructor(view) {
    this.view = view;
    this.users = new Map(); // utterance id -> ids of the statements that cite it
    this.lit = [];
    this.turn = 0; // counts changes of what is lit, for the timeline
  }

  // A joined line answers for the lines that were joined to it.
  index(statements) {
    this.joined = new Map();
    for (const u of this.view.utterances) for (const id of u.joined ?? []) this.joined.set(id, u.id);
    this.users.clear();
    for (const s of statements)
      for (const id of this.linesOf(s)) {
        if (!this.users.has(id)) this.users.set(id, []);
        this.users.get(id).push(s.id);
      }
  }

  present(ids) {
    const known = ids.map(id => this.joined?.get(id) ?? id).filter(id => this.view.byId.has(id));
    return [...new Set(known)];
  }

  linesOf(statement) {
    return this.present((statement?.evidence ?? []).flatMap(one => one.utterances));
  }

  // A passage is marked by the time at which it begins. The lines of one piece of evidence are one passage where
  // nothing but a short answer stands between them: [[u, ...], ...].
  passages(pieces) {
    const { utterances, places } = this.view;
    const found = pieces.flatMap(ids => {
      const runs = [];
      for (const at of this.present(ids).map(id => places.get(id))) {
        const last = runs.at(-1);
        if (last && at > last.end && at - last.end <= 2) {
          last.end = at;
          last.lines.push(utterances[at]);
        } else runs.push({ end: at, lines: [utterances[at]] });
      }
      return runs.map(run => run.lines);
    });
    const once = new Map(found.map(lines => [lines[0].id, lines]));
    return [...once.values()].sort((a, b) => a[0].start - b[0].start);
  }

  // Touches only the rows that change.
  light(ids) {
    if (ids.join() === this.lit.join()) return;
    const { transcript } = this.view;
    const wanted = new Set(ids);
    for (const id of this.lit) if (!wanted.has(id)) transcript.rowOf(id)?.classList.remove('lit');
    for (const id of ids) transcript.rowOf(id)?.classList.add('lit');
    this.lit = ids;
    this.turn++;
    this.view.timeline.paint();
  }

  // After the rows were drawn anew.
  again() {
    for (const id of this.lit) this.view.transcript.rowOf(id)?.classList.add('lit');
  }
}
