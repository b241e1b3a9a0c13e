/** An element with properties and children; text is never read as markup. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  return fill(Object.assign(element, properties), ...children);
}

const SVG = 'http://www.w3.org/2000/svg';

/** The same for SVG, with attributes. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return fill(element, ...children);
}

function fill(element, ...children) {
  element.append(...children.flat().filter(child => child != null));
  return element;
}

export const byId = id => document.getElementById(id);

export const millis = value => value == null ? '–' : (value < 10 ? value.toFixed(1) : Math.round(value)) + ' ms';

/** A state as a word with a mark, so that nobody needs colours. */
export const state = name => h('span', { className: 'state ' + name.toLowerCase(), textContent: name.toLowerCase() });

/** The answer of this node, or an error with what it says is wrong. */
export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body ? { 'Content-Type': 'application/json' } : {},
    body: body && JSON.stringify(body)
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  if (!response.ok) throw new Error(answer?.detail ?? answer?.error ?? 'HTTP ' + response.status);
  return answer;
}
