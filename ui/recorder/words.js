// What the page says about a recording, in words. All of it is true at the moment it is said.

const some = seconds => `${Math.max(1, Math.round(seconds))} s`;
const long = seconds => (seconds < 100 ? some(seconds) : hms(seconds));

const STATE_WORDS = {
  idle: 'Ready',
  starting: 'Starting',
  recording: 'Recording',
  paused: 'Paused. Nothing is being captured.',
  lost: 'Interrupted. Nothing is being captured.',
  finishing: 'Finishing',
  done: 'Finished',
  failed: 'Not complete on the server',
  recovering: 'An interrupted recording was found',
  recovered: 'An interrupted recording was found',
  elsewhere: 'Another tab is recording',
};

// One line: what is safe, what waits here. Answers [kind, words]; kind is safe, warn or plain.
function safety(recorder, state, data) {
  const { tape, outbox } = recorder;
  const { waits } = counted(recorder);
  if (state === 'elsewhere') return ['plain', elsewhere(recorder.tabs.other)];
  if (!tape || state === 'idle' || state === 'starting')
    return ['plain', data.wait_for || 'Every 5 seconds are stored encrypted on the server.'];
  if (state === 'done')
    return ['safe', `All of it, ${hms(tape.recorded)}, is safe on the server. Safe to close.`];
  const here = tape.diskFails ? 'in this window' : 'on this computer';
  if (tape.isAside) return ['warn', `${long(waits)} wait ${here}. ${tape.isAside}`];
  if (tape.refused) return ['warn', `${long(waits)} wait ${here}. ${tape.refused}`];
  if (outbox.trouble) return ['warn', troubled(outbox.trouble, waits, here)];
  return settled(recorder, waits);
}

function settled({ state, tape, isUnsafe, waiting }, waits) {
  if (state === 'recording') return ['safe', `Safe on the server up to ${hms(tape.safe)}`];
  if (isUnsafe || waiting > 0.05)
    return ['plain', `Sending the last ${long(waits)}. Keep this window open.`];
  return ['safe', `All of it, ${hms(tape.recorded)}, is safe on the server. Safe to close.`];
}

function troubled({ kind, sentence, status }, waits, here) {
  const kept = `The last ${long(waits)} are kept ${here}`;
  if (kind === 'signed-out') return `You are signed out. ${kept}. Sign in again to send them.`;
  if (status >= 500 && sentence) return `${sentence} ${kept} and will be sent.`;
  return `No connection. ${kept} and will be sent.`;
}

function elsewhere(other) {
  const since = other?.startedAt ? ` since ${clockTime(other.startedAt)}` : '';
  const does = other?.state === 'recovering' ? 'is sending an earlier recording' : 'is recording';
  return `Another tab or window of this browser ${does}${since}. Go there, or finish there first.`;
}

const clockTime = at =>
  new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

// Whole seconds: recorded is always safe and waiting together.
function counted({ tape, position, waiting }) {
  const recorded = tape ? Math.floor(position) : 0,
    safe = tape ? Math.max(0, Math.floor(position - waiting + 0.001)) : 0;
  return { recorded, safe, waits: recorded - safe };
}

function figures(recorder) {
  const { recorded, safe, waits } = counted(recorder);
  const parts = [`${hms(recorded)} recorded`, `${hms(safe)} safe on the server`];
  if (waits) parts.push(`${long(waits)} waiting here`);
  return parts.join(' · ');
}

// What needs a person, the gravest first: [key, bold words, words, deeds].
function alarms(recorder) {
  const { state, tape, said, outbox, levels } = recorder,
    found = [];
  if (state === 'lost')
    found.push([
      'lost',
      'The microphone is gone.',
      'What was said until then is kept. Plug it in again or choose another one below, then go on.',
    ]);
  if (recorder.isActive && outbox.trouble?.kind === 'signed-out')
    found.push([
      'signed-out',
      'You are signed out.',
      'The recording goes on and is kept on this computer. Sign in again to send it.',
      [['Sign in again', () => recorder.away.signIn()]],
    ]);
  if (said) found.push([`said ${said.kind}`, '', said.words]);
  if (state === 'recording' && levels.isAlarming)
    found.push([
      'silence',
      `No sound for ${Math.floor(levels.quiet)} seconds.`,
      'Check that the microphone is plugged in and not muted. The recording goes on.',
      [['Change microphone', view => view.chooseMicrophone()]],
    ]);
  if (recorder.isActive && tape.diskFails)
    found.push([
      'disk',
      'This browser keeps nothing on the disk.',
      'It is a private window, or the disk is full. The recording goes on in this window: leave it open until all is safe on the server.',
    ]);
  return found;
}
