// The changed paths as a tree. Directories in which nothing but one directory changed are one row with it.
function buildTree(changes) {
  const root = { name: '', path: '', children: new Map(), change: null, count: 0 };
  const severalRoots = new Set(changes.map(change => change.root)).size > 1;
  for (const change of changes) {
    let node = root;
    const names = [...(severalRoots ? [change.root] : []), ...(change.path === '' || change.path === '.' ? [] : change.path.split('/'))];
    node.count++;
    for (const name of names) {
      let child = node.children.get(name);
      if (!child) node.children.set(name, child = { name, children: new Map(), change: null, count: 0 });
      child.count++;
      node = child;
    }
    node.change = change;
  }
  return sorted(root);
}

function sorted(node) {
  const children = [...node.children.values()].map(child => {
    let merged = child;
    while (merged.children.size === 1 && merged.change === null) {
      const [only] = merged.children.values();
      if (only.children.size === 0) break;
      merged = { ...only, name: `${merged.name}/${only.name}` };
    }
    return sorted(merged);
  });
  children.sort((one, other) => (other.children.length > 0) - (one.children.length > 0) || (one.name < other.name ? -1 : 1));
  return { ...node, children, isOpen: true };
}

// A tree of any size: only the rows in sight are elements. The one that has the focus is named by aria-activedescendant.
const ROW = 28;

function treeView(label, choose) {
  const space = make('div', { class: 'tree-space', role: 'none' });
  const view = make('div', { class: 'tree', role: 'tree', tabindex: '0', 'aria-label': label }, space);
  let rows = [];
  let active = 0;
  let chosen = null;

  function flatten(nodes, level, result) {
    nodes.forEach((node, index) => {
      result.push({ node, level, position: index + 1, siblings: nodes.length });
      if (node.children.length > 0 && node.isOpen) flatten(node.children, level + 1, result);
    });
    return result;
  }

  function rowElement(row, index) {
    const { node } = row;
    const isDirectory = node.children.length > 0;
    const { change } = node;
    const lines = change?.patch ? countLines(change.patch) : null;
    const element = make('div', {
      class: `tree-row ${index === active ? 'active' : ''}`, role: 'treeitem', id: `row-${index}`, 'aria-level': row.level, 'aria-posinset': row.position, 'aria-setsize': row.siblings,
      'aria-expanded': isDirectory ? String(node.isOpen) : null, 'aria-selected': String(node === chosen),
      'aria-label': `${node.name}, ${change ? change.kind : 'directory'}${isDirectory ? `, ${plural(node.count, 'change')}` : ''}`,
      title: change?.oldPath ? `was ${change.oldPath}` : null,
    },
    isDirectory ? make('span', { class: 'chevron', 'aria-hidden': 'true' }) : null,
    make('span', { class: `tree-name ${isDirectory ? 'directory' : ''}` }, node.name),
    lines && lines.more + lines.less > 0 ? make('span', { class: 'tree-lines' }, lines.more > 0 ? make('span', { class: 'plus' }, `+${lines.more}`) : null, lines.less > 0 ? make('span', { class: 'minus' }, `−${lines.less}`) : null) : null,
    isDirectory && !node.isOpen ? make('span', { class: 'tree-count' }, node.count) : null,
    change ? make('span', { class: `kind ${change.kind}` }, KINDS[change.kind]?.[0] ?? '·') : null);
    element.style.top = `${index * ROW}px`;
    element.style.paddingLeft = `${(row.level - 1) * 16 + (isDirectory ? 6 : 22)}px`;
    element.addEventListener('click', () => {
      active = index;
      if (isDirectory) node.isOpen = !node.isOpen;
      if (change) pick(node);
      draw();
    });
    return element;
  }

  function pick(node) {
    chosen = node;
    choose(node.change);
  }

  function paint() {
    const first = Math.max(0, Math.floor(view.scrollTop / ROW) - 10);
    const last = Math.min(rows.length, first + Math.ceil((view.clientHeight || 600) / ROW) + 20);
    const shown = [];
    for (let index = first; index < last; index++) shown.push(rowElement(rows[index], index));
    // What aria-activedescendant names has to be there.
    if (rows.length > 0 && (active < first || active >= last)) shown.push(rowElement(rows[active], active));
    space.replaceChildren(...shown);
    if (rows.length > 0) view.setAttribute('aria-activedescendant', `row-${active}`);
    else view.removeAttribute('aria-activedescendant');
  }

  function draw() {
    rows = flatten(root.children, 1, []);
    active = Math.max(0, Math.min(active, rows.length - 1));
    space.style.height = `${rows.length * ROW}px`;
    paint();
  }

  function reveal() {
    const top = active * ROW;
    if (top < view.scrollTop) view.scrollTop = top;
    else if (top + ROW > view.scrollTop + view.clientHeight) view.scrollTop = top + ROW - view.clientHeight;
    paint();
  }

  function act(key) {
    const { node, level } = rows[active];
    const isDirectory = node.children.length > 0;
    const page = Math.max(1, Math.floor(view.clientHeight / ROW) - 1);
    switch (key) {
      case 'ArrowDown': active++; break;
      case 'ArrowUp': active--; break;
      case 'PageDown': active += page; break;
      case 'PageUp': active -= page; break;
      case 'Home': active = 0; break;
      case 'End': active = rows.length - 1; break;
      case 'ArrowRight':
        if (isDirectory && node.isOpen) active++;
        else node.isOpen = true;
        break;
      case 'ArrowLeft':
        if (isDirectory && node.isOpen) node.isOpen = false;
        else while (active > 0 && rows[active].level >= level) active--;
        break;
      case 'Enter':
      case ' ':
        if (node.change) pick(node);
        else node.isOpen = !node.isOpen;
        break;
      default: return false;
    }
    return true;
  }

  view.addEventListener('keydown', event => {
    if (rows.length === 0 || event.ctrlKey || event.metaKey || event.altKey || !act(event.key)) return;
    event.preventDefault();
    draw();
    reveal();
  });
  view.addEventListener('scroll', paint, { passive: true });

  let root = { children: [] };
  return {
    view,
    show(changes) {
      root = buildTree(changes);
      [active, chosen, view.scrollTop] = [0, null, 0];
      draw();
      requestAnimationFrame(paint);
    },
    // Something to see: a modified file, if there is one with lines.
    pickFirst() {
      const wanted = [change => change.kind === 'modified' && change.patch, change => change.patch, change => change.type !== 'directory', () => true];
      const first = wanted.map(isWanted => rows.findIndex(row => row.node.change && isWanted(row.node.change))).find(index => index >= 0) ?? -1;
      if (first < 0) return;
      active = first;
      pick(rows[first].node);
      draw();
    },
  };
}
