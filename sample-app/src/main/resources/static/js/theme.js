import { byId } from './dom.js';

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const button = byId('theme');

const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches;

function show() {
  button.textContent = isDark() ? 'Light' : 'Dark';
  button.setAttribute('aria-label', isDark() ? 'Light colours' : 'Dark colours');
}

root.dataset.theme = localStorage.getItem('theme') ?? '';
button.onclick = () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
  show();
};
dark.addEventListener('change', show);
show();
