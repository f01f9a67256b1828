// Text that commands had a hand in. What has no shape of its own, or turns a line around (CVE-2021-42574), is shown as what it is.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]/u;

function nameOf(character) {
  const code = character.codePointAt(0);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return 'U+' + code.toString(16).toUpperCase().padStart(4, '0');
}

// Calls seen(text) and unseen(name, character) for the parts of a text, in order.
function parts(text, seen, unseen, keep = '') {
  if (!UNSEEN.test(text)) {
    if (text) seen(text);
    return;
  }
  let run = '';
  for (const character of text) {
    if (UNSEEN.test(character) && !keep.includes(character)) {
      if (run) seen(run);
      run = '';
      unseen(nameOf(character), character);
    } else {
      run += character;
    }
  }
  if (run) seen(run);
}

// For attributes and titles, which have no elements.
function plain(text) {
  let result = '';
  parts(String(text), piece => { result += piece; }, name => { result += '\u2039' + name + '\u203a'; });
  return result;
}
