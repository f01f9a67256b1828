// The list of steps: a button each, under the project that it belongs to.
function stepButton(step, select) {
  const lines = (step.command ?? '').split('\n');
  return make('button', { type: 'button', class: `step ${statusTone(step.status)}`, onclick: () => select(step, true) },
    make('span', { class: 'step-head' }, make('span', { class: 'step-name' }, step.target ?? step.task), make('span', { class: 'step-time' }, duration(step.milliseconds))),
    step.command || step.kind === 'commit' ? make('span', { class: 'step-command' }, step.kind === 'commit' ? 'commits the shared overlay' : lines[0] + (lines.length > 1 ? ' …' : '')) : null,
    make('span', { class: 'step-foot' }, statusMark(step.status), step.violations.length > (step.status === 'refused' ? 1 : 0) ? make('span', { class: 'status bad' }, `${plural(step.violations.length, 'access', 'accesses')} refused`) : null, countMarks(step.counts)));
}

function showSteps(report, select) {
  const list = byId('list');
  const buttons = new Map();
  const groups = [];
  const common = commonDirectory(report.steps.map(step => step.project ?? '').filter(Boolean));
  const byProject = new Map();
  for (const step of report.steps) {
    const key = `${step.project ?? ''}\n${step.targetFramework ?? ''}`;
    byProject.set(key, [...(byProject.get(key) ?? []), step]);
  }
  for (const steps of byProject.values()) {
    const project = steps[0].project ?? 'no project';
    const where = directoryOf(project);
    const items = make('ol', {});
    for (const step of steps) {
      const button = stepButton(step, select);
      buttons.set(step, button);
      items.append(make('li', {}, button));
    }
    const group = make('section', { class: 'project' },
      make('h2', { title: project }, baseName(project), step0(steps), make('span', { class: 'quiet path' }, where.startsWith(common) ? where.slice(common.length) : where)),
      items);
    groups.push([group, steps]);
    list.append(group);
  }
  const nothing = make('p', { class: 'nothing', hidden: true }, report.steps.length === 0 ? 'No sandboxed step ran in this build.' : 'No step is like that.');
  list.append(nothing);

  // Up and down go from step to step; everything else stays with the browser.
  list.addEventListener('keydown', event => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const shown = [...list.querySelectorAll('.step')].filter(button => button.offsetParent !== null);
    const index = shown.indexOf(document.activeElement);
    if (!move || index < 0) return;
    event.preventDefault();
    shown[Math.min(shown.length - 1, Math.max(0, index + move))].focus();
  });
  return {
    mark(selected) {
      let count = 0;
      for (const [step, button] of buttons) {
        button.parentElement.hidden = !isShown(step);
        if (!button.parentElement.hidden) count++;
        if (step === selected) button.setAttribute('aria-current', 'true');
        else button.removeAttribute('aria-current');
      }
      for (const [group, steps] of groups) group.hidden = !steps.some(isShown);
      nothing.hidden = count > 0;
      byId('found').textContent = `${plural(count, 'step')} shown`;
    },
    focus(step) {
      buttons.get(step)?.focus();
    },
  };
}

const step0 = steps => steps[0].targetFramework ? make('span', { class: 'quiet' }, ` ${steps[0].targetFramework}`) : null;
