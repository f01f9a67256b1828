// Everything of one step.
function fact(name, ...values) {
  return [make('dt', {}, name), make('dd', {}, ...values)];
}

const REFUSALS = { write: 'to write to', protected: 'to write to the protected', read: 'to read', network: 'to reach', call: 'the system call' };

function problems(step) {
  if (step.violations.length + step.messages.length === 0) return null;
  return make('section', { class: 'card problems', 'aria-label': 'What went wrong' },
    step.violations.map(violation => make('article', { class: 'problem bad' },
      make('h3', {}, make('span', { class: 'status bad' }, 'refused'), ' ', REFUSALS[violation.kind] ?? violation.kind, ' ', violation.subject ? make('span', { class: 'path' }, violation.subject) : null),
      violation.evidence ? make('pre', { class: 'evidence' }, violation.evidence) : null,
      violation.systemCall || violation.time ? make('p', { class: 'quiet' }, [violation.systemCall ? `system call ${violation.systemCall}` : null, violation.process === undefined ? null : `process ${violation.process}`, violation.time].filter(Boolean).join(' · ')) : null,
      violation.commandLine ? make('pre', { class: 'evidence' }, violation.commandLine) : null,
      violation.remedy ? make('p', { class: 'suggestion' }, violation.remedy) : null)),
    step.messages.map(message => make('article', { class: `problem ${message.severity === 'error' ? 'bad' : 'wait'}` },
      make('h3', {}, make('span', { class: `status ${message.severity === 'error' ? 'bad' : 'wait'}` }, message.severity), message.code ? make('span', { class: 'code-name' }, ` ${message.code}`) : null),
      message.text.split('\n').map(line => make('p', { class: 'message' }, line)))));
}

const DECISIONS = {
  rule: 'Allowed by a rule', builtIn: 'Allowed: on the built-in list', approval: 'Approved: SandboxConfirm', answer: 'Approved when asked', rememberedAnswer: 'Approved for always', hold: 'Runs, and is held', denied: 'Denied',
};

function gateFacts(step) {
  const { gate } = step;
  if (!gate) return null;
  return make('div', { class: 'facts-block' }, make('h3', {}, 'Gate'),
    make('p', { class: gate.decision === 'denied' ? 'tone bad' : '' }, DECISIONS[gate.decision] ?? gate.decision),
    gate.policyFile ? make('p', { class: 'quiet' }, gate.rule && !gate.rule.includes('/') ? [make('b', {}, gate.rule), ' in '] : null, make('span', { class: 'path' }, gate.policyFile), gate.line ? `, line ${gate.line}` : null) : null);
}

function viewFacts(step) {
  const { view } = step;
  if (!view) return null;
  return make('div', { class: 'facts-block' }, make('h3', {}, step.status === 'denied' ? 'Asked for' : 'Sandbox'), make('dl', {},
    view.isolation ? fact('isolation', view.isolation) : null,
    view.strategy ? fact('writes', make('span', { title: view.strategyReason }, view.strategy)) : null,
    view.network ? fact('network', view.network === 'host' ? make('span', { class: 'tone wait' }, 'the host’s') : view.network) : null,
    view.roots.map(root => fact('may change', make('span', { class: 'path' }, root))),
    view.paths.map(path => fact({ readOnly: 'reads', readWrite: 'writes', hidden: 'hidden', temporary: 'temporary', layer: 'layer' }[path.access] ?? path.access, make('span', { class: `path ${path.access === 'readWrite' ? 'tone wait' : ''}` }, path.path))),
    view.environment.length > 0 ? fact('variables', view.environment.map(name => make('code', {}, name))) : null));
}

function meter(name, used, limit, show, isExceeded) {
  if (used === undefined && limit === undefined) return null;
  const value = [used === undefined ? 'not measured' : show(used), limit === undefined ? null : make('span', { class: 'quiet' }, ` of ${show(limit)}`)];
  const line = used !== undefined && limit > 0 ? make('span', { class: `meter ${isExceeded ? 'bad' : ''}`, 'aria-hidden': 'true' }, make('span', {})) : null;
  if (line) line.firstChild.style.width = `${Math.min(100, 100 * used / limit)}%`;
  return fact(name, ...value, line);
}

function usageFacts(step) {
  const usage = step.usage ?? {};
  const limits = step.limits ?? {};
  if (!step.usage && !step.limits) return null;
  const beyond = limits.exceeded ?? '';
  return make('div', { class: 'facts-block' }, make('h3', {}, 'Used'), make('dl', {},
    meter('time', usage.milliseconds, limits.milliseconds, duration, beyond === 'Time'),
    meter('processor', usage.cpuMilliseconds, undefined, processorTime),
    limits.cpu === undefined ? null : fact('processors', `at most ${limits.cpu}`),
    meter('peak memory', usage.peakMemoryBytes, limits.memoryBytes, size, beyond === 'Memory'),
    limits.processes === undefined ? null : fact('processes', `at most ${limits.processes}`),
    limits.fileBytes === undefined ? null : fact('file size', `at most ${size(limits.fileBytes)}`),
    limits.openFiles === undefined ? null : fact('open files', `at most ${limits.openFiles} in a process`),
    meter('written', usage.overlayBytes, limits.diskBytes, size, beyond === 'Disk'),
    beyond ? fact('beyond', make('span', { class: 'tone bad' }, `the limit of ${beyond.toLowerCase()}`)) : null));
}

function outputSection(step) {
  if (!step.output) return null;
  return make('section', { class: 'card', 'aria-label': 'Output' }, make('div', { class: 'card-head' }, make('h2', {}, 'Output')),
    make('div', { class: 'output', tabindex: '0', role: 'region', 'aria-label': 'What the command printed' }, step.output.lines.map(line => make('div', {}, line)), step.output.omitted > 0 ? make('p', { class: 'quiet' }, `and ${plural(step.output.omitted, 'line')} more`) : null));
}

function readsSection(step) {
  const { reads } = step;
  if (!reads) return null;
  const several = new Set(reads.first.map(read => read.root)).size > 1;
  return make('section', { class: 'card', 'aria-label': 'Reads' }, make('div', { class: 'card-head' }, make('h2', {}, 'Reads'),
    make('span', { class: 'quiet' }, [`${plural(reads.files, 'file')} of its roots`, ...reads.outside.map(place => `${place.files} in ${place.place}`), reads.missing > 0 ? `looked for ${reads.missing} in vain` : null, reads.isCut ? 'there was more' : null].filter(Boolean).join(' · '))),
    reads.first.length === 0 ? null : make('div', { class: 'output', tabindex: '0', role: 'region', 'aria-label': 'The files of its roots that it read' },
      reads.first.map(read => make('div', { class: 'path' }, several ? `${read.root}/` : null, read.path, read.target ? make('span', { class: 'quiet' }, ` -> ${read.target}`) : null)),
      reads.files > reads.first.length ? make('p', { class: 'quiet' }, `and ${plural(reads.files - reads.first.length, 'file')} more`) : null));
}

function showDetail(report, step, select) {
  const detail = byId('detail');
  if (!step) {
    fill(detail);
    return;
  }
  const concludes = number => make('button', { type: 'button', class: 'link', onclick: () => select(report.steps[number - 1], true) }, `step ${number}`);
  const exit = step.exitCode !== undefined && step.exitCode !== 0 ? make('span', { class: 'status bad' }, `exit code ${step.exitCode}`) : null;
  const facts = [gateFacts(step), viewFacts(step), usageFacts(step)].filter(Boolean);
  fill(detail,
    make('header', { class: 'detail-head' },
      make('h2', {}, step.target ?? step.task),
      make('p', { class: 'badges' }, statusMark(step.status), exit, step.concludedBy ? make('span', { class: 'quiet' }, 'concluded by ', concludes(step.concludedBy)) : null),
      make('p', { class: 'quiet' }, step.project ? [make('span', { class: 'path', title: step.project }, baseName(step.project)), ' · '] : null, `${step.task || 'task'} on node ${step.node} · ${duration(step.milliseconds)}, from ${duration(step.offset)}`),
      step.overlay ? make('p', { class: 'quiet' }, 'overlay ', make('code', {}, step.overlay), step.status === 'held' ? [' · see it: ', make('code', {}, `dotnet sandbox show ${step.overlay}`)] : null) : null,
      step.command ? make('pre', { class: 'command', tabindex: '0' }, step.command.split('\n').map(line => make('div', {}, line || ' '))) : null),
    problems(step),
    facts.length > 0 ? make('section', { class: 'card facts-grid', 'aria-label': 'Gate, sandbox and use' }, facts) : null,
    step.changes.length > 0 ? changesSection(step) : make('section', { class: 'card', 'aria-label': 'Changes' }, make('p', { class: 'nothing' }, step.status === 'denied' ? 'It did not run.' : step.outcome === 'rolledBack' ? 'What it changed was thrown away.' : 'It changed nothing.')),
    readsSection(step),
    outputSection(step));
}
