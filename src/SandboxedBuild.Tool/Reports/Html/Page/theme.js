// What the system says, until somebody says otherwise; that is kept where the browser keeps anything for a file.
const THEMES = [['auto', 'Auto'], ['light', 'Light'], ['dark', 'Dark']];

function storedTheme() {
  try {
    return localStorage.getItem('sandboxed-build-theme') ?? 'auto';
  } catch {
    return 'auto';
  }
}

function setTheme(theme) {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
  for (const button of byId('theme').children) button.setAttribute('aria-pressed', String(button.dataset.value === theme));
  try {
    localStorage.setItem('sandboxed-build-theme', theme);
  } catch {
    // Then it holds for this page.
  }
}

function showThemes() {
  for (const [value, word] of THEMES) byId('theme').append(make('button', { type: 'button', 'data-value': value, onclick: () => setTheme(value) }, word));
  const stored = storedTheme();
  setTheme(THEMES.some(([value]) => value === stored) ? stored : 'auto');
}
