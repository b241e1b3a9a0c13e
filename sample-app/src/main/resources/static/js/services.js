import { byId, h, state } from './dom.js';
import { on } from './live.js';

/** Services and their instances, each with its standing: what the load balancer goes by. */
export function showServices() {
  on('instances', instances => {
    const services = Map.groupBy(instances, instance => instance.service);
    byId('services').replaceChildren(h('table', {},
      h('caption', { className: 'unseen' }, 'Instances of services'),
      h('thead', {}, h('tr', {}, ...['Service', 'Instance', 'Zone', 'State'].map(name => h('th', { scope: 'col' }, name)))),
      ...[...services].map(([service, list]) => h('tbody', {}, ...list.map((instance, i) => h('tr', {},
        i === 0 ? h('th', { scope: 'rowgroup', rowSpan: list.length }, service) : null,
        h('td', {}, instance.name ?? 'unknown', h('small', {}, instance.address)),
        h('td', {}, instance.zone || '–'),
        h('td', {}, state(instance.standing))))))));
  });
}
