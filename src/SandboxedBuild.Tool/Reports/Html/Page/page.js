const report = JSON.parse(byId('data').textContent);

function start() {
  let selected = null;
  const show = () => {
    list.mark(selected);
    timeline.mark(selected, isShown);
  };
  const select = (step, wantsDetail = false) => {
    selected = step;
    showDetail(report, step, select);
    show();
    try {
      history.replaceState(null, '', `#step-${step.number}`);
    } catch {
      // Some browsers have no history for files.
    }
    if (wantsDetail && matchMedia('(max-width: 900px)').matches) {
      byId('detail').focus({ preventScroll: true });
      byId('detail').scrollIntoView({ block: 'start' });
    }
  };
  showThemes();
  headline(report);
  showNotes(report);
  showTotals(report);
  const timeline = showTimeline(report, step => select(step, true));
  const list = showSteps(report, select);
  showStatuses(report, show);
  byId('search').addEventListener('input', event => {
    filter.query = event.target.value;
    show();
  });
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    byId('search').focus();
  });

  // What wants attention comes first.
  const named = report.steps.find(step => `#step-${step.number}` === location.hash);
  const first = named ?? report.steps.find(step => statusTone(step.status) === 'bad' || step.violations.length > 0) ?? report.steps.find(step => step.status === 'held') ?? report.steps.find(step => step.changes.length > 0) ?? report.steps[0];
  if (first) select(first);
  else show();
  document.documentElement.classList.add('ready');
}

start();
