// What stands between the lines: where parts are missing, and what the recorder noted.

const HAPPENED = {
  pause: 'Paused here',
  sleep: 'The computer slept here, and nothing was recorded',
  microphone: 'The microphone was away here',
  connection: 'The connection was away here; nothing is missing',
};

// In order: [{at, row()}].
function between(view) {
  const all = [
    ...view.gaps.map(gap => ({ at: gap.at, row: () => gapRow(gap) })),
    ...view.events.map(event => ({ at: event.at, row: () => eventRow(event, view) })),
  ];
  return all.sort((a, b) => a.at - b.at);
}

const gapRow = gap =>
  h('div', { class: 'gap', role: 'listitem' }, `${lasting(gap.seconds)} missing here`);

function eventRow({ kind, at, seconds, word }, view) {
  if (kind !== 'marker') {
    const what = HAPPENED[kind] ?? 'Something happened here';
    const said = seconds == null ? what : `${what} (${lasting(seconds)})`;
    return h('div', { class: 'note', role: 'listitem' }, said);
  }
  const play = () => view.transcript.playFrom(at);
  return h(
    'div',
    { class: 'note marked', role: 'listitem' },
    icon(FLAG),
    h('button', { type: 'button', title: `Play from ${hms(at)}`, onclick: play }, hms(at)),
    h('span', { dir: 'auto' }, word || 'Marked as important'),
  );
}
