import { byId, call, h } from './dom.js';
import { on } from './live.js';

let stock = new Map();

const say = text => { byId('shop-result').textContent = text; };

async function order({ product, quantity }) {
  const id = crypto.randomUUID(); // ours, so that a call that is made again is still one order
  try {
    const done = await call('PUT', '/orders/' + id, { item: product.value, quantity: quantity.valueAsNumber });
    say(`${done.quantity} ${done.item}, taken by ${done.takenBy}, shipped by ${done.shippedBy}.`);
  } catch (e) {
    say('Not ordered: ' + e.message);
  }
}

async function race(item) {
  try {
    const counts = await call('POST', '/api/races/' + encodeURIComponent(item));
    say(counts.map(count => `${count.countedBy} counted ${count.quantity}`).join(', ') + '. What stays is in the table.');
  } catch (e) {
    say('Nobody counted: ' + e.message);
  }
}

/** Stock and orders, and what can be done with them. */
export function showShop() {
  on('stock', rows => {
    const before = stock;
    stock = new Map(rows.map(row => [row.item, JSON.stringify(row)]));
    byId('stock').replaceChildren(...rows.map(row => h('tr', {
      className: before.size && before.get(row.item) !== stock.get(row.item) ? 'fresh' : ''
    },
    h('th', { scope: 'row' }, row.item),
    h('td', { className: 'number' }, String(row.onHand)),
    h('td', { className: 'number' }, row.counted == null ? '–' : String(row.counted)),
    h('td', {}, row.countedBy || '–'))));
  });
  on('orders', rows => byId('orders').replaceChildren(...(rows.length ? rows.map(row => h('tr', {},
    h('th', { scope: 'row' }, row.item),
    h('td', { className: 'number' }, String(row.quantity)),
    h('td', {}, row.takenBy),
    h('td', {}, row.shippedBy))) : [h('tr', {}, h('td', { colSpan: 4, className: 'empty' }, 'No orders yet.'))])));
  byId('order').onsubmit = event => {
    event.preventDefault();
    order(event.target.elements);
  };
  byId('race').onclick = () => race(byId('order').elements.product.value);
}
