import { byId, call, h } from './dom.js';

const INTERVAL_MILLIS = 200;
const MAX_BARS = 80;
const COLOURS = ['first', 'second', 'third'];
const tally = new Map();
let timer = null;

function colour(name) {
  return name === 'failed' ? name : COLOURS[([...tally.keys()].indexOf(name) - 1) % COLOURS.length];
}

/** By name, what has failed last. */
const order = (a, b) => (a === 'failed') - (b === 'failed') || a.localeCompare(b);

function count(name) {
  tally.set(name, (tally.get(name) ?? 0) + 1);
  const strip = byId('strip');
  strip.append(h('i', { className: colour(name) }));
  if (strip.childElementCount > MAX_BARS) strip.firstElementChild.remove();
  byId('tally').replaceChildren(...[...tally].sort(([a], [b]) => order(a, b)).map(([key, value]) =>
    h('li', {}, h('i', { className: colour(key) }), `${key} ${value}`)));
}

async function once() {
  try {
    count((await call('GET', '/orders/availability/tea')).answeredBy);
  } catch {
    count('failed'); // counted and shown; what the next one does is what matters
  }
}

/** Calls through the gateway, and shows who answered. */
export function showCalls() {
  const button = byId('calls');
  button.onclick = () => {
    if (timer) clearInterval(timer);
    else {
      tally.clear();
      tally.set('failed', 0); // the first, so that the others keep their colours
      byId('strip').replaceChildren();
    }
    timer = timer ? null : setInterval(once, INTERVAL_MILLIS);
    button.textContent = timer ? 'Stop calling' : 'Start calling';
  };
}
