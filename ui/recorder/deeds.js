// Which button does what, in which state.

const text = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

function unsupported() {
  if (!window.isSecureContext)
    return 'Browsers record only on a secure address (https). Ask your administrator, or upload a file.';
  if (!navigator.mediaDevices || !window.MediaRecorder || !navigator.locks)
    return 'This browser cannot record. Use a current Chrome, Edge, Firefox or Safari, or upload a file.';
  return null;
}

const offersCall = data =>
  data.start?.setting === 'telehealth' && Boolean(navigator.mediaDevices?.getDisplayMedia);

function whose({ state, tape, recovery }) {
  if (tape?.clientName && state !== 'recording')
    return `${tape.clientName} · started ${clockTime(tape.startedAt)}`;
  return state === 'idle' && recovery.hasOthers
    ? 'A recording of another account waits on this computer until that person signs in here.'
    : '';
}

// The large button: its words, its sign, and what it does; no deed means that it cannot be pressed.
function bigButton(state, view) {
  const mayStart = !view.data.wait_for && view.data.start;
  return {
    idle: { words: 'Start recording', sign: MIC, deed: mayStart ? () => view.start() : null },
    starting: { words: 'Starting', sign: MIC, deed: null },
    recording: { words: 'Pause', sign: PAUSE, deed: () => recorder.pause() },
    paused: { words: 'Resume recording', sign: MIC, deed: () => recorder.resume() },
    lost: { words: 'Go on recording', sign: MIC, deed: () => recorder.resume() },
    finishing: { words: 'Finishing', sign: '', deed: null },
    done: { words: 'Record another session', sign: '', deed: () => recorder.leave() },
    failed: { words: 'Try again', sign: '', deed: () => recorder.again() },
    recovering: { words: 'Sending', sign: '', deed: null },
    recovered: { words: 'Go on recording', sign: MIC, deed: () => recorder.recovery.goOn() },
    elsewhere: { words: 'Start recording', sign: MIC, deed: null },
  }[state];
}

// What stands quietly under it.
function secondDeeds(state, view, isAsking) {
  const { recovery } = recorder;
  if (isAsking)
    return [
      ['Finish session', () => view.finish()],
      ['Keep recording', () => view.ask(false)],
    ];
  return (
    {
      recording: [['Finish session', () => view.ask(true)]],
      paused: [['Finish session', () => view.finish()]],
      lost: [['Finish session', () => view.finish()]],
      failed: [
        ['Save the sound on this computer', () => recorder.save()],
        ['Finish without it', () => recovery.finish()],
      ],
      recovering: [['Record a new session meanwhile', () => recovery.later()]],
      recovered: [
        ['Finish session', () => recovery.finish()],
        ['Keep waiting', () => recovery.later()],
      ],
    }[state] ?? []
  );
}
