import { millis, svg } from './dom.js';

const SIZE = 460;
const CENTER = SIZE / 2;
const RADIUS = 158;
const CORE = 9;

const at = (angle, radius) => [CENTER + radius * Math.sin(angle), CENTER - radius * Math.cos(angle)];
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** Nodes on a ring, neighbours by region. The same as the table beside it says, so it is one image for a screen reader. */
export class Ring {

  constructor(place) {
    this.links = svg('g');
    this.dots = svg('g');
    this.marks = svg('g');
    this.image = svg('svg', { viewBox: `0 0 ${SIZE} ${SIZE}`, role: 'img', 'aria-label': 'The nodes on a ring' },
      this.links, this.dots, this.marks);
    this.angles = new Map();
    place.append(this.image);
  }

  show(nodes, self, roundTrips) {
    const step = 2 * Math.PI / Math.max(1, nodes.length);
    this.angles = new Map(nodes.map((node, i) => [node.id, (i + .5) * step]));
    this.present = nodes.filter(node => node.state === 'ALIVE' || node.state === 'SUSPECT').map(node => node.id);
    const links = this.present.filter(id => id !== self).map(id => this.link(self, id));
    this.links.replaceChildren(...links.filter(link => link), ...regions(nodes, step));
    this.marks.replaceChildren(...nodes.map(node => this.node(node, node.id === self, roundTrips[node.id])));
  }

  /** Shows that something goes out to all who are there. How long that takes is not what is measured. */
  send(self) {
    if (still.matches || !this.angles.has(self)) return;
    for (const id of this.present) this.travel(self, id);
  }

  flash(id) {
    this.marks.querySelector(`[data-id="${id}"] .core`)
      ?.animate([{ transform: 'scale(1.9)' }, { transform: 'scale(1)' }], { duration: still.matches ? 0 : 500 });
  }

  travel(from, to) {
    const [x1, y1] = at(this.angles.get(from), RADIUS);
    const [x2, y2] = at(this.angles.get(to), RADIUS);
    const dot = svg('circle', { class: 'dot', r: 5, cx: x1, cy: y1 });
    this.dots.append(dot);
    dot.animate([{ transform: 'none' }, { transform: `translate(${x2 - x1}px, ${y2 - y1}px)` }, { transform: 'none' }],
      { duration: 700, easing: 'ease-in-out' }).finished.finally(() => dot.remove());
  }

  link(from, to) {
    if (!this.angles.has(from)) return null;
    const [x1, y1] = at(this.angles.get(from), RADIUS);
    const [x2, y2] = at(this.angles.get(to), RADIUS);
    return svg('line', { class: 'link', x1, y1, x2, y2 });
  }

  node(node, isSelf, roundTrip) {
    const [x, y] = at(this.angles.get(node.id), RADIUS);
    const [tx, ty] = at(this.angles.get(node.id), RADIUS + 56);
    const below = isSelf ? 'this node' : node.state === 'ALIVE' ? millis(roundTrip) : node.state.toLowerCase();
    return svg('g', { class: 'node ' + node.state.toLowerCase(), 'data-id': node.id },
      svg('circle', { cx: x, cy: y, r: isSelf ? 18 : 14 }),
      svg('circle', { class: 'core', cx: x, cy: y, r: CORE, style: `transform-origin: ${x}px ${y}px` }),
      svg('text', { x: tx, y: ty - 2 }, node.name),
      svg('text', { class: 'soft', x: tx, y: ty + 15 }, below));
  }
}

/** An arc behind the nodes of each region. */
function regions(nodes, step) {
  const arcs = [];
  let first = 0;
  for (let i = 1; i <= nodes.length; i++) {
    if (i < nodes.length && nodes[i].region === nodes[first].region) continue;
    const gap = .04;
    const [x1, y1] = at(first * step + gap, RADIUS);
    const [x2, y2] = at(i * step - gap, RADIUS);
    const large = (i - first) * step > Math.PI ? 1 : 0;
    if (i - first < nodes.length) {
      arcs.push(svg('path', { class: 'region', d: `M${x1} ${y1}A${RADIUS} ${RADIUS} 0 ${large} 1 ${x2} ${y2}` }));
    }
    const [tx, ty] = at((first + i) / 2 * step, 92);
    if (nodes[first].region) arcs.push(svg('text', { class: 'soft halo', x: tx, y: ty + 4 }, nodes[first].region));
    first = i;
  }
  return arcs;
}
