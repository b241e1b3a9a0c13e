import { byId, call, h, millis, state } from './dom.js';
import { on } from './live.js';
import { Ring } from './ring.js';

/** Nodes, how far they are, and a change that travels to all of them and back. */
let nodes = [];
let roundTrips = {};
let pulse = null; // the one that was sent last
let early = []; // answers may come before the node has said which pulse they are for
let answers = new Map();
const ring = new Ring(byId('ring'));
const present = node => node.state === 'ALIVE' || node.state === 'SUSPECT';

function show(self) {
  byId('nodes').replaceChildren(...nodes.map(node => {
    const answer = answers.get(node.id);
    return h('tr', {},
      h('th', { scope: 'row' }, node.name, h('small', {}, node.id === self ? node.region + ', this node' : node.region)),
      h('td', {}, state(node.state)),
      h('td', { className: 'number' }, node.id === self ? '' : millis(present(node) ? roundTrips[node.id] : null)),
      h('td', { className: 'number change' + (answer?.fresh ? ' fresh' : '') }, millis(answer?.millis)));
  }));
  answers.forEach(answer => { answer.fresh = false; });
  ring.show(nodes, self, roundTrips);
}

function announce(before) {
  const old = new Map(before.map(node => [node.id, node.state]));
  const news = nodes.filter(node => before.length && old.get(node.id) !== node.state)
    .map(node => `${node.name} is ${node.state.toLowerCase()}.`);
  if (news.length) byId('news').textContent = news.join(' ');
}

function take(answer, self) {
  if (answer.pulse !== pulse) { early.push(answer); return; }
  answers.set(answer.node, { millis: answer.millis, fresh: true });
  ring.flash(answer.node);
  show(self);
  const all = nodes.filter(present).length;
  const slowest = Math.max(...[...answers.values()].map(a => a.millis));
  byId('pulse-result').textContent = answers.size < all
    ? `${answers.size} of ${all} nodes have answered…`
    : `All ${all} nodes have answered, the last after ${millis(slowest)}.`;
}

export function showCluster(self) {
  on('nodes', rows => {
    const before = nodes;
    nodes = rows.sort((a, b) => a.region.localeCompare(b.region) || a.name.localeCompare(b.name));
    announce(before);
    show(self);
  });
  on('roundTrips', times => { roundTrips = times; show(self); });
  on('answer', answer => take(answer, self));
  byId('pulse').onclick = async () => {
    pulse = null;
    early = [];
    answers = new Map();
    show(self);
    ring.send(self);
    try {
      pulse = (await call('POST', '/api/pulses')).pulse;
      early.splice(0).forEach(answer => take(answer, self));
    } catch (e) {
      byId('pulse-result').textContent = 'The change was not written: ' + e.message;
    }
  };
}
