// A patch in git's format as hunks of lines. Lines are counted as the hunk's head says, so that nothing in them can be taken for a head.
function readPatch(patch) {
  const lines = patch.split('\n');
  const hunks = [];
  let index = 0;
  while (index < lines.length) {
    const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[index++]);
    if (!head) continue;
    const hunk = { old: Number(head[1]), new: Number(head[3]), lines: [] };
    let [before, after] = [Number(head[2] ?? 1), Number(head[4] ?? 1)];
    while (index < lines.length && (before > 0 || after > 0 || lines[index].startsWith('\\'))) {
      const line = lines[index++];
      const mark = line[0];
      if (mark === '\\') {
        if (hunk.lines.length > 0) hunk.lines.at(-1).isUnended = true;
        continue;
      }
      if (mark !== '+') before--;
      if (mark !== '-') after--;
      hunk.lines.push({ mark: mark ?? ' ', text: line.slice(1) });
    }
    hunks.push(hunk);
  }
  return hunks;
}

// Pairs of lines, side by side: what went beside what came in its place.
function pairsOf(hunk) {
  const pairs = [];
  let [before, after] = [hunk.old, hunk.new];
  let [gone, come] = [[], []];
  const flush = () => {
    for (let index = 0; index < Math.max(gone.length, come.length); index++) pairs.push({ left: gone[index] ?? null, right: come[index] ?? null });
    [gone, come] = [[], []];
  };
  for (const line of hunk.lines) {
    if (line.mark === '-') gone.push({ ...line, number: before++ });
    else if (line.mark === '+') come.push({ ...line, number: after++ });
    else {
      flush();
      pairs.push({ left: { ...line, number: before++ }, right: { ...line, number: after++ } });
    }
  }
  flush();
  return pairs;
}

function countLines(patch) {
  let [more, less] = [0, 0];
  for (const hunk of readPatch(patch)) {
    for (const line of hunk.lines) {
      if (line.mark === '+') more++;
      else if (line.mark === '-') less++;
    }
  }
  return { more, less };
}

// The part in which two lines differ, if they are alike enough for it to say something.
function differing(one, other) {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  return start + end < Math.max(one.length, other.length) * 0.3 ? null : [start, end];
}
