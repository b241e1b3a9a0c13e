import { byId, call, h } from './dom.js';
import { stream } from './ndjson.js';

const MAX_ROWS = 200;
const EXAMPLES = {
  'Healthy instances': 'SELECT service, count(*) AS instances\nFROM healthy_instances\nGROUP BY service',
  'Who is where': 'SELECT m.name, m.region, m.state, s.service, s.port\nFROM corrosion_members m\nLEFT JOIN services s ON s.node_id = m.id\nORDER BY m.region, m.name',
  'Shipped by node': 'SELECT shipped_by, item, count(*) AS orders, sum(quantity) AS pieces\nFROM shipments\nGROUP BY shipped_by, item'
};

let running = null; // aborts the query that is followed now
let result = null;

/** Rows by the number that the node gave them, which stays while the row does. */
class Result {

  constructor(columns) {
    this.rows = new Map();
    this.changes = 0;
    this.body = h('tbody');
    byId('sql-result').replaceChildren(h('table', {},
      h('caption', { className: 'unseen' }, 'Result, kept up to date'),
      h('thead', {}, h('tr', {}, ...columns.map(name => h('th', { scope: 'col' }, name)))),
      this.body));
  }

  put(number, values, fresh) {
    const row = h('tr', { className: fresh ? 'fresh' : '' }, ...values.map(value =>
      h('td', { className: value === null ? 'empty' : '' }, value === null ? 'null' : String(value))));
    if (this.rows.has(number)) this.rows.get(number).replaceWith(row);
    else if (this.rows.size < MAX_ROWS) this.body.append(row);
    this.rows.set(number, row);
  }

  change([type, number, values]) {
    this.changes++;
    if (type === 'delete') {
      this.rows.get(number)?.remove();
      this.rows.delete(number);
    } else this.put(number, values, true);
  }

  show() {
    const rows = this.rows.size === 1 ? '1 row' : this.rows.size + ' rows';
    const some = this.rows.size > MAX_ROWS ? `, the first ${MAX_ROWS} shown` : '';
    const changes = this.changes === 1 ? '1 change since' : this.changes + ' changes since';
    byId('sql-status').textContent = `Live: ${rows}${some}, ${changes}.`;
  }
}

function fail(text) {
  const query = byId('query');
  const place = /^line (\d+), column (\d+): /.exec(text);
  if (!place) { byId('sql-error').textContent = text; return; }
  const [, line, column] = place.map(Number);
  const lines = query.value.split('\n');
  byId('sql-error').textContent = `${text}\n\n${lines[line - 1] ?? ''}\n${' '.repeat(column - 1)}^`;
  query.setAttribute('aria-invalid', 'true');
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  const word = /^\w*/.exec(query.value.slice(start))[0];
  query.focus();
  query.setSelectionRange(start, start + word.length);
}

function onLine(message) {
  if (message.error) { result = null; byId('sql-status').textContent = ''; fail(message.error); return; }
  if (message.columns) result = new Result(message.columns);
  if (message.row) result.put(message.row[0], message.row[1], false);
  if (message.change) result.change(message.change);
  if (message.eoq || message.change) result.show();
}

function stop() {
  running?.abort();
  running = null;
  byId('sql-stop').disabled = true;
}

async function run() {
  stop();
  const mine = running = new AbortController();
  byId('sql-error').textContent = '';
  byId('query').removeAttribute('aria-invalid');
  byId('sql-result').replaceChildren();
  byId('sql-status').textContent = 'Asking…';
  byId('sql-stop').disabled = false;
  try {
    const { token } = await call('GET', '/api/read-token'); // another one after each start of the node
    await stream('/corrosion/v1/subscriptions', { token, body: byId('query').value, signal: mine.signal, onLine });
  } catch (e) {
    if (!mine.signal.aborted) {
      byId('sql-status').textContent = '';
      fail('The node does not answer: ' + e.message);
    }
  }
  if (running === mine) stop();
}

/** A query whose result stays up to date. */
export function showSql() {
  byId('query').value = Object.values(EXAMPLES)[0];
  byId('examples').replaceChildren(...Object.entries(EXAMPLES).map(([name, sql]) => h('button', {
    type: 'button',
    className: 'quiet',
    textContent: name,
    onclick: () => { byId('query').value = sql; run(); }
  })));
  byId('sql').onsubmit = event => { event.preventDefault(); run(); };
  byId('query').onkeydown = event => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run(); };
  byId('sql-stop').onclick = () => {
    stop();
    byId('sql-status').textContent = 'Stopped.';
    byId('query').focus();
  };
  run();
}
