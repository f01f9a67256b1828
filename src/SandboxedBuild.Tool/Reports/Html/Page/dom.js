// Elements are made one by one, and text is text: nothing of the data is ever read as HTML.
function put(parent, text, keep = '') {
  parts(String(text), piece => parent.append(document.createTextNode(piece)), (name, character) => {
    const mark = document.createElement('span');
    mark.className = 'unseen-character';
    mark.title = 'A character that cannot be seen: U+' + character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
    mark.textContent = name;
    parent.append(mark);
  }, keep);
}

// make('p', { class: 'quiet' }, 'text', element): the names are this page's own, values and texts may be anybody's.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : plain(value));
  }
  add(element, children);
  return element;
}

function add(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) parent.append(child);
    else put(parent, child);
  }
}

function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
  return parent;
}

const unseen = text => make('span', { class: 'unseen' }, text);
const byId = id => document.getElementById(id);
