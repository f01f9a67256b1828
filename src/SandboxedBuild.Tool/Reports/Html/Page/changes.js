// A step's changes: which kinds, which paths, the tree, and the difference of the one that was picked.
function changesSection(step) {
  const diff = make('div', { class: 'diff-pane', 'aria-live': 'polite' });
  let picked = null;
  const redraw = () => fill(diff, showDiff(step, picked, redraw));
  const tree = treeView('Changed paths', change => {
    picked = change;
    redrawDiff = redraw;
    redraw();
  });
  const kinds = new Set();
  const search = make('input', { type: 'search', placeholder: 'Filter paths', 'aria-label': 'Filter paths', autocomplete: 'off', spellcheck: 'false' });
  const found = make('p', { class: 'quiet found', role: 'status' });
  const update = () => {
    const wanted = search.value.toLowerCase();
    const shown = step.changes.filter(change => (kinds.size === 0 || kinds.has(change.kind)) && (wanted === '' || change.path.toLowerCase().includes(wanted) || change.oldPath?.toLowerCase().includes(wanted)));
    tree.show(shown);
    found.textContent = shown.length === step.changes.length ? '' : `${shown.length.toLocaleString('en')} of ${plural(step.changes.length, 'change')}`;
  };
  search.addEventListener('input', update);
  const chips = make('div', { class: 'chips', role: 'group', 'aria-label': 'Show changes that are' });
  const present = Object.keys(KINDS).filter(kind => step.counts[kind]);
  for (const kind of present.length > 1 ? present : []) {
    const chip = make('button', { type: 'button', class: `chip ${kind}`, 'aria-pressed': 'false' }, kind, make('span', { class: 'number' }, step.counts[kind].toLocaleString('en')));
    chip.addEventListener('click', () => {
      if (!kinds.delete(kind)) kinds.add(kind);
      chip.setAttribute('aria-pressed', String(kinds.has(kind)));
      update();
    });
    chips.append(chip);
  }

  const roots = [...new Set(step.changes.map(change => change.root))];
  const section = make('section', { class: 'card changes', 'aria-label': 'Changes' },
    make('div', { class: 'card-head' }, make('h2', {}, 'Changes'), roots.length === 1 ? make('span', { class: 'quiet' }, 'in ', make('span', { class: 'path' }, roots[0])) : null, step.changes.length > 8 ? search : null, chips, found),
    make('div', { class: 'changes-body' }, tree.view, diff));
  update();
  tree.pickFirst();
  return section;
}
