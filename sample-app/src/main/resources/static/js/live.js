import { byId } from './dom.js';

/**
 * What moves, from one stream of server-sent events. A view names the event that it wants and gets its data each time.
 * The browser connects again by itself when the stream breaks.
 */
const views = [];

export function on(event, view) {
  views.push([event, view]);
}

/** After all views are there: what the stream brings first is the state of everything. */
export function connect() {
  const source = new EventSource('/api/live');
  source.onopen = () => { byId('problem').textContent = ''; };
  source.onerror = () => { byId('problem').textContent = 'This node does not answer. Trying again…'; };
  for (const [event, view] of views) source.addEventListener(event, message => view(JSON.parse(message.data)));
}
