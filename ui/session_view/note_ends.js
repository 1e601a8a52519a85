// What stands above and below the statements: how the note was made, returned, signed, added to.

function noteHead(content) {
  const { returned, reopened, state } = content;
  const written = content.sections.some(section => section.statements.length);
  return [
    content.notice && h('p', { class: 'told', role: 'status' }, content.notice),
    content.quotes_only &&
      written &&
      state === 'draft' &&
      h('p', {}, `This draft quotes ${quotes(content)} and concludes nothing.`),
    content.documents?.length > 0 && drawnOn(content.documents),
    returned && state === 'returned' && remark({ ...returned, does: 'returned it' }),
    reopened && state === 'draft' && remark({ ...reopened, does: 'reopened it' }),
  ].filter(Boolean);
}

const quotes = content => (content.documents?.length ? 'what was said and written' : 'what was said');

// The documents that the draft drew on besides the session.
const drawnOn = documents =>
  h(
    'p',
    {},
    'Drafted from the session and ',
    ...documents.flatMap((one, at) => [
      at === 0 ? null : at === documents.length - 1 ? ' and ' : ', ',
      one.is_there
        ? h('a', { class: 'link', href: `/document?id=${one.document_id}` }, one.name)
        : h('span', { title: 'This document can no longer be opened.' }, one.name),
    ]),
    '.',
  );

const SIGNED = { signed: 'Signed by', countersigned: 'Countersigned by' };

function noteFoot(content) {
  const added = (content.addenda ?? []).map(one =>
    h(
      'div',
      { class: 'addendum' },
      h('h3', {}, 'Addendum'),
      h('p', { dir: 'auto' }, one.text),
      h('small', {}, `${one.by}, ${moment(one.at)}`),
    ),
  );
  const signed = (content.signatures ?? []).filter(one => one.is_current).map(signature);
  return [signed.length > 0 && h('div', { class: 'signed' }, ...signed), ...added].filter(Boolean);
}

const signature = one =>
  h(
    'p',
    {},
    `${SIGNED[one.kind] ?? 'Signed by'} ${one.by}, ${moment(one.at)}`,
    one.holds === false && h('b', { class: 'broken' }, ' What is stored is not what was signed.'),
  );
