const CHUNK = 400;
let isSplit = true;
let redrawDiff = null;

// Two columns of a narrow page hold nothing.
const isWide = () => byId('detail').clientWidth > 700;
let wasWide = true;
addEventListener('resize', () => {
  if (isWide() !== wasWide) redrawDiff?.();
});

function code(line, other, side) {
  if (!line) return make('td', { class: 'code empty' });
  const changed = line.mark !== ' ';
  const cell = make('td', { class: `code ${changed ? side : ''}` });
  if (changed) cell.append(unseen(side === 'gone' ? 'removed: ' : 'added: '));
  cell.append(make('span', { class: 'mark', 'aria-hidden': 'true' }, changed ? line.mark : ' '));
  const span = changed && other && other.mark !== ' ' ? differing(line.text, other.text) : null;
  if (span) {
    put(cell, line.text.slice(0, span[0]), '\t');
    const middle = make('mark', {});
    put(middle, line.text.slice(span[0], line.text.length - span[1]), '\t');
    if (middle.childNodes.length > 0) cell.append(middle);
    put(cell, line.text.slice(line.text.length - span[1]), '\t');
  } else {
    put(cell, line.text, '\t');
  }
  if (line.isUnended) cell.append(make('span', { class: 'unended', title: 'No newline at the end of the file' }, ' no newline'));
  return cell;
}

const number = line => make('td', { class: 'number' }, line ? line.number : '');

function splitRow({ left, right }) {
  return make('tr', {}, number(left), code(left, right, 'gone'), number(right), code(right, left, 'come'));
}

function unifiedRows({ left, right }) {
  if (left && right && left.mark === ' ') return [make('tr', {}, number(left), number(right), code(right, null, ''))];
  return [
    left && make('tr', {}, number(left), number(null), code(left, right, 'gone')),
    right && make('tr', {}, number(null), number(right), code(right, left, 'come')),
  ].filter(Boolean);
}

// Runs of lines that went and came are told run by run in a unified diff, and not pair by pair.
function inOrder(pairs) {
  const rows = [];
  let [gone, come] = [[], []];
  const flush = () => {
    rows.push(...gone, ...come);
    [gone, come] = [[], []];
  };
  for (const pair of pairs) {
    if (pair.left?.mark === ' ') {
      flush();
      rows.push(...unifiedRows(pair));
    } else {
      const made = unifiedRows(pair);
      if (pair.left) gone.push(made.shift());
      if (pair.right) come.push(made.shift());
    }
  }
  flush();
  return rows;
}

function diffTable(patch) {
  const hunks = readPatch(patch);
  const isOneSided = hunks.every(hunk => hunk.lines.every(line => line.mark === '+')) || hunks.every(hunk => hunk.lines.every(line => line.mark === '-'));
  wasWide = isWide();
  const split = isSplit && wasWide && !isOneSided;
  const body = make('tbody', {});
  const columns = make('colgroup', {}, (split ? ['narrow', '', 'narrow', ''] : ['narrow', 'narrow', '']).map(width => make('col', { class: width })));
  const table = make('table', { class: `diff ${split ? 'split' : 'unified'}` }, make('caption', { class: 'unseen' }, 'Lines before and after'), columns, body);
  const work = hunks.flatMap(hunk => [hunk, ...pairsOf(hunk)]);
  const frame = make('div', { class: 'diff-frame', tabindex: '0', role: 'region', 'aria-label': 'Difference' }, table);
  const more = make('button', { type: 'button', class: 'more' });
  let done = 0;

  const showMore = () => {
    const end = Math.min(work.length, done + CHUNK);
    let pairs = [];
    const flush = () => {
      body.append(...(split ? pairs.map(splitRow) : inOrder(pairs)));
      pairs = [];
    };
    for (; done < end; done++) {
      const item = work[done];
      if (item.lines) {
        flush();
        if (hunks.length > 1 || item.old > 1) body.append(make('tr', { class: 'hunk' }, make('td', { colspan: split ? '4' : '3' }, `from line ${Math.max(1, item.new)}`)));
      } else {
        pairs.push(item);
      }
    }
    flush();
    more.textContent = `Show more of ${plural(work.length - done, 'further line')}`;
    if (done >= work.length) more.remove();
    else frame.append(more);
  };
  more.addEventListener('click', showMore);
  showMore();
  return frame;
}

const OMITTED = {
  notText: 'It is not text, so there are no lines to show.',
  tooLong: 'Its difference is too long for a binlog.',
  full: 'What comes before it in this step fills the room for differences.',
};

// All of a change: its names, sizes and lines.
function showDiff(step, change, redraw) {
  const facts = [];
  const was = change.oldSize;
  const is = change.kind === 'deleted' ? undefined : change.size;
  if (change.type !== 'file') facts.push(change.type.replace(/[A-Z]/g, letter => ' ' + letter.toLowerCase()));
  else if (was !== undefined && is !== undefined && was !== is) facts.push(`${size(was)} → ${size(is)}`);
  else facts.push(size(is ?? was ?? change.size));
  if (change.mode) facts.push(`mode ${change.mode}`);
  const lines = change.patch ? countLines(change.patch) : null;
  const hasLines = lines && lines.more + lines.less > 0;
  const head = make('div', { class: 'diff-head' },
    make('h3', {}, make('span', { class: `kind ${change.kind}` }, KINDS[change.kind]?.[0] ?? '·', unseen(` ${change.kind}: `)), make('span', { class: 'path' }, change.path)),
    change.oldPath ? make('p', { class: 'quiet' }, 'was ', make('span', { class: 'path' }, change.oldPath)) : null,
    make('p', { class: 'quiet facts' }, facts.join(' · '), hasLines ? [' · ', make('span', { class: 'plus' }, `+${lines.more}`), ' ', make('span', { class: 'minus' }, `−${lines.less}`)] : null));
  if (hasLines && lines.more > 0 && lines.less > 0) {
    const choice = make('div', { class: 'switch', role: 'group', 'aria-label': 'Lines' });
    for (const [value, word] of [[true, 'Side by side'], [false, 'Unified']]) {
      choice.append(make('button', { type: 'button', 'aria-pressed': String(isSplit === value), onclick: () => {
        isSplit = value;
        redraw();
      } }, word));
    }
    head.append(choice);
  }

  const hashes = make('dl', { class: 'hashes' },
    change.oldSha256 ? [make('dt', {}, 'SHA-256 before'), make('dd', {}, change.oldSha256)] : null,
    change.sha256 ? [make('dt', {}, 'SHA-256 after'), make('dd', {}, change.sha256)] : null);
  const why = change.omitted ? OMITTED[change.omitted] ?? change.omitted
    : change.patch && !hasLines ? (change.kind === 'renamed' ? 'Only its name is another.' : change.kind === 'added' ? 'It is empty.' : 'No line differs.')
    : !change.patch && change.type === 'file' ? (step.changes.some(other => other.patch || other.omitted) ? 'There are no lines of this one.' : 'The binlog has no lines: build with -p:SandboxEmbedPatch=true to see them here.')
    : null;
  return [head, why ? make('p', { class: 'quiet why' }, why) : null, hashes.childNodes.length > 0 ? hashes : null, hasLines ? diffTable(change.patch) : null];
}
