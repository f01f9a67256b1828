// A lane for each node. It is a picture of the list below it, which is what keyboards and screen readers use.
function tickStep(total) {
  const steps = [100, 200, 500, 1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000];
  return steps.find(step => total / step <= 8) ?? Math.ceil(total / 8);
}

// Steps of one node that run at once (-mt) lie under one another.
function rowsOf(steps) {
  const rows = [];
  for (const step of steps) {
    let row = rows.find(candidate => candidate.end <= step.offset);
    if (!row) rows.push(row = { end: 0, steps: [] });
    row.steps.push(step);
    row.end = step.offset + step.milliseconds;
  }
  return rows;
}

function showTimeline(report, select) {
  const section = byId('timeline');
  if (report.steps.length === 0) return { mark() {} };
  const total = Math.max(1, report.build.milliseconds ?? 0, ...report.steps.slice(0, 5000).map(step => step.offset + step.milliseconds));
  const place = milliseconds => `${100 * milliseconds / total}%`;
  const picture = make('div', { class: 'lanes', role: 'img', 'aria-label': `${plural(report.steps.length, 'step')} over ${duration(total)}. The list below has them all.` });
  const bars = new Map();
  const nodes = new Map();
  for (const step of report.steps.slice(0, 2000)) nodes.set(step.node, [...(nodes.get(step.node) ?? []), step]);
  for (const node of [...nodes.keys()].sort((one, other) => one - other)) {
    const track = make('div', { class: 'track' });
    for (const row of rowsOf(nodes.get(node))) {
      const line = make('div', { class: 'line' });
      for (const step of row.steps) {
        const bar = make('div', { class: `bar ${statusTone(step.status)}`, title: `${step.target ?? step.task}: ${statusWord(step.status)}, ${duration(step.milliseconds)}`, onclick: () => select(step) }, step.milliseconds / total > 0.06 ? make('span', {}, step.target ?? step.task) : null);
        bar.style.left = place(step.offset);
        bar.style.width = place(step.milliseconds);
        bars.set(step, bar);
        line.append(bar);
      }
      track.append(line);
    }
    picture.append(make('div', { class: 'lane' }, make('div', { class: 'lane-name' }, `node ${node}`), track));
  }

  const axis = make('div', { class: 'track axis' });
  const every = tickStep(total);
  for (let time = 0; time <= total; time += every) {
    const tick = make('span', { class: 'tick' }, time === 0 ? '0' : duration(time).replace('.0 s', ' s').replace(' min 0 s', ' min'));
    tick.style.left = place(time);
    if (time / total > 0.96) tick.classList.add('last');
    axis.append(tick);
  }
  picture.append(make('div', { class: 'lane' }, make('div', { class: 'lane-name' }), axis));
  section.append(picture);
  return {
    mark(selected, isShownNow) {
      for (const [step, bar] of bars) {
        bar.classList.toggle('selected', step === selected);
        bar.classList.toggle('dimmed', !isShownNow(step));
      }
    },
  };
}
