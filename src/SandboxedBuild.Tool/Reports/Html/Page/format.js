const STATUSES = {
  refused: ['refused', 'bad'], failed: ['failed', 'bad'], denied: ['denied', 'bad'], sandboxFailed: ['sandbox failed', 'bad'], overLimit: ['over a limit', 'bad'], notFinished: ['not finished', 'bad'],
  rolledBack: ['rolled back', 'wait'], held: ['held', 'wait'], committed: ['committed', 'good'], shared: ['shared overlay', 'good'], unchanged: ['unchanged', 'calm'], notSandboxed: ['not sandboxed', 'wait'],
};
const KINDS = { added: ['A', 'added'], modified: ['M', 'modified'], deleted: ['D', 'deleted'], renamed: ['R', 'renamed'] };

const statusWord = status => (STATUSES[status] ?? [status])[0];
const statusTone = status => (STATUSES[status] ?? ['', 'calm'])[1];
const plural = (count, one, many = one + 's') => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60000)} min ${Math.floor(milliseconds / 1000) % 60} s`;
}

// It is counted in ticks of ten milliseconds.
const processorTime = milliseconds => milliseconds < 10 ? 'under 10 ms' : duration(milliseconds);

function size(bytes) {
  if (bytes < 1024) return plural(bytes, 'byte');
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

function baseName(path) {
  return path.slice(path.lastIndexOf('/') + 1);
}

function directoryOf(path) {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

// The directories that all projects have in common say nothing of any of them.
function commonDirectory(paths) {
  let common = null;
  for (const path of paths) {
    const directory = directoryOf(path);
    if (common === null) common = directory;
    while (!directory.startsWith(common)) common = directoryOf(common.slice(0, -1));
  }
  return common ?? '';
}

const statusMark = status => make('span', { class: `status ${statusTone(status)}` }, statusWord(status));

// "+3 −1" is for lines; these are files.
function countMarks(counts) {
  return Object.keys(KINDS).filter(kind => counts[kind]).map(kind => make('span', { class: `count ${kind}` }, make('span', { 'aria-hidden': 'true' }, KINDS[kind][0] + ' '), counts[kind].toLocaleString('en'), unseen(` ${kind}`)));
}
