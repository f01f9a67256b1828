// Which steps show. The words of a step are put together when somebody first looks for one.
const filter = { query: '', statuses: new Set() };
const wordsOf = new WeakMap();

function words(step) {
  let text = wordsOf.get(step);
  if (text === undefined) {
    text = [
      step.target, step.command, step.project, step.task, step.overlay, statusWord(step.status), step.gate?.message,
      ...step.messages.map(message => `${message.code} ${message.text}`),
      ...step.violations.map(violation => `${violation.kind} ${violation.subject} ${violation.evidence} ${violation.commandLine}`),
      ...step.changes.map(change => change.path),
    ].join('\n').toLowerCase();
    wordsOf.set(step, text);
  }
  return text;
}

function isShown(step) {
  if (filter.statuses.size > 0 && !filter.statuses.has(step.status)) return false;
  return filter.query.toLowerCase().split(/\s+/).filter(Boolean).every(word => words(step).includes(word));
}

function showStatuses(report, changed) {
  const present = Object.keys(STATUSES).filter(status => report.totals.statuses[status]);
  if (present.length < 2) return;
  for (const status of present) {
    const chip = make('button', { type: 'button', class: `chip ${statusTone(status)}`, 'aria-pressed': 'false' }, statusWord(status), make('span', { class: 'number' }, report.totals.statuses[status]));
    chip.addEventListener('click', () => {
      if (!filter.statuses.delete(status)) filter.statuses.add(status);
      chip.setAttribute('aria-pressed', String(filter.statuses.has(status)));
      changed();
    });
    byId('statuses').append(chip);
  }
}
