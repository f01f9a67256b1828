function headline(report) {
  const { build, totals } = report;
  const result = { succeeded: 'Build succeeded', failed: 'Build failed' }[build.result] ?? 'Build did not finish';
  document.title = plain(`${result} · ${plural(totals.steps, 'sandboxed step')} · ${baseName(report.binlog)}`);
  fill(byId('headline'), make('span', { class: `result ${{ succeeded: 'good', failed: 'bad' }[build.result] ?? 'wait'}`, 'aria-hidden': 'true' }), result, build.milliseconds === undefined ? null : make('span', { class: 'quiet' }, ` in ${duration(build.milliseconds)}`));
  const when = build.started ? new Date(build.started) : null;
  fill(byId('subtitle'), make('span', { class: 'path' }, report.binlog), when && !Number.isNaN(when.valueOf()) ? ` · ${when.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}` : '');
}

function figure(value, label, tone = '') {
  return make('div', { class: `figure ${tone}` }, make('dd', {}, value), make('dt', {}, label));
}

function showTotals(report) {
  const { totals } = report;
  const committed = Object.values(totals.committed).reduce((sum, count) => sum + count, 0);
  const wrong = ['refused', 'failed', 'denied', 'sandboxFailed', 'overLimit', 'notFinished'].reduce((sum, status) => sum + (totals.statuses[status] ?? 0), 0);
  const held = totals.statuses.held ?? 0;
  const changes = figure(committed.toLocaleString('en'), committed === 1 ? 'change committed' : 'changes committed');
  changes.append(make('div', { class: 'breakdown' }, countMarks(totals.committed)));
  byId('totals').append(make('dl', { class: 'figures' },
    figure(totals.steps.toLocaleString('en'), `${totals.steps === 1 ? 'step' : 'steps'} in ${plural(totals.projects, 'project')}`),
    changes,
    wrong > 0 ? figure(wrong.toLocaleString('en'), wrong === 1 ? 'step went wrong' : 'steps went wrong', 'bad') : null,
    held > 0 ? figure(held.toLocaleString('en'), held === 1 ? 'step waits for you' : 'steps wait for you', 'wait') : null,
    totals.violations > 0 ? figure(totals.violations.toLocaleString('en'), totals.violations === 1 ? 'access refused' : 'accesses refused', 'bad') : null,
    figure(duration(totals.stepMilliseconds), 'in steps'),
    totals.cpuMilliseconds === undefined ? null : figure(processorTime(totals.cpuMilliseconds), 'of processor time'),
    totals.peakMemoryBytes === undefined ? null : figure(size(totals.peakMemoryBytes), 'peak memory of a step'),
    totals.overlayBytes === undefined ? null : figure(size(totals.overlayBytes), 'written to overlays')));
}

function showNotes(report) {
  for (const note of report.diagnostics) {
    byId('notes').append(make('p', { class: `note ${note.severity === 'error' ? 'bad' : 'wait'}` }, make('b', {}, note.code), ' ', note.message));
  }
}
