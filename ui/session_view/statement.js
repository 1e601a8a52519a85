// One statement as it stands in the note: its words, its passages, what is wrong with it, what was said of it.

const FLAGS = { check: 'Check this.', contradicted: 'Not borne out by its passage.' };
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

// 24 Nov 2026 11:42, on the reader's clock
const moment = iso => {
  const at = new Date(iso);
  const clock = `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()} ${clock}`;
};

// Quotations are what was said: serif. The marks stay, so that copied text has them.
const quoted = text =>
  text
    .split(/(“[^”]*”)/)
    .filter(Boolean)
    .map(part => (part.startsWith('“') ? h('q', {}, part) : part));

const isOpen = s => s.level in FLAGS;

function statementRow(s, { passages, papers, editable, remarks }) {
  const marks = [
    ...passages.map(lines =>
      h(
        'button',
        {
          type: 'button',
          tabindex: -1,
          'data-lines': lines.map(u => u.id).join(),
          'aria-label': `Play the passage at ${hms(lines[0].start)}`,
        },
        hms(lines[0].start),
      ),
    ),
    ...joinedLines(papers).map(paperMark),
  ];
  const own = s.level === 'own' && h('small', { class: 'own' }, 'own words');
  const words = h(
    'p',
    { dir: 'auto' },
    ...quoted(s.text),
    ' ',
    own,
    h('span', { class: 'ev' }, ...marks),
  );
  return h(
    'div',
    { class: `s ${s.level}`, role: 'listitem', tabindex: -1, 'data-id': s.id },
    words,
    isOpen(s) && flag(s, editable),
    ...remarks.map(remark),
    editable && tools(),
  );
}

function flag(s, editable) {
  const why = s.reasons.map(one => one.text).join(' ');
  const answers = [
    ['edit', 'Edit'],
    ['keep', 'Keep as my own'],
    ['remove', 'Remove'],
  ];
  const button = ([does, words]) =>
    h('button', { type: 'button', tabindex: -1, 'data-do': does }, words);
  return h(
    'div',
    { class: 'flag' },
    h('span', { dir: 'auto' }, h('b', {}, FLAGS[s.level]), ' ', why),
    ...(editable ? answers.map(button) : []),
  );
}

const remark = ({ by, at, text, does = '' }) =>
  h(
    'div',
    { class: 'remark' },
    h('b', {}, by),
    h('small', {}, ` ${does} ${moment(at)}`),
    h('p', { dir: 'auto' }, text),
  );

const tools = () =>
  h(
    'div',
    { class: 'tools' },
    h('button', { type: 'button', class: 'small', tabindex: -1, 'data-do': 'edit' }, 'Edit'),
    h(
      'button',
      {
        type: 'button',
        class: 'more',
        tabindex: -1,
        'data-do': 'menu',
        'aria-haspopup': 'menu',
        'aria-label': 'Change this statement',
        title: 'Change this statement (M)',
      },
      icon(MORE),
    ),
  );
