// The map: the report's own drawing, with what each span carries now, what is broken, and what can be chosen.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { lightsByLine, load, outcome, SIGNS, sum } from "../figures.js";
import { useWords } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
// Width in px of the stripes of a span that is full, and of one that carries anything at all.
const FULL = 13, LEAST = 3;

/** The drawings for wide and narrow windows; choose gets { kind, name } of what is chosen. */
export function NetworkMap({ plan, state, chosen, choose, trace }) {
  const words = useWords(), place = useRef(null);
  useEffect(() => { place.current.replaceChildren(...plan.maps[words.language].map(drawn)); }, [plan, words]);
  useEffect(() => {
    for (const group of place.current.querySelectorAll("[data-span]")) showSpan(group, plan, state, words, chosen, trace);
    const groups = groupsByNode(plan, state, words);
    for (const group of place.current.querySelectorAll("[data-node]")) showNode(group, plan, state, words, chosen, groups);
    for (const light of place.current.querySelectorAll("[data-group]")) showGroup(light, groups[light.dataset.at][light.dataset.group]);
  }, [plan, state, words, chosen, trace]);
  const act = (event) => {
    const found = target(event.target);
    if (found && (event.type === "click" || event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(found);
    }
  };
  return html`<section class="map" aria-label=${words.say("map")} onClick=${act} onKeyDown=${act} ref=${place}></section>`;
}

function drawn(markup, number) {
  const drawing = new DOMParser().parseFromString(markup.replace("<svg ", `<svg xmlns="${SVG}" `), "image/svg+xml").documentElement;
  drawing.setAttribute("role", "group");
  drawing.classList.add(number ? "narrow" : "wide");
  drawing.querySelector(":scope > title")?.remove();
  return document.importNode(drawing, true);
}

function target(element) {
  const group = element.closest("[data-span],[data-node],[data-group]");
  if (!group) return null;
  if (group.dataset.group) return { kind: "node", name: group.dataset.at };
  return group.dataset.span ? { kind: "span", name: group.dataset.span } : { kind: "node", name: group.dataset.node };
}

function showSpan(group, plan, state, words, chosen, trace) {
  const name = group.dataset.span, span = plan.spans[name], seen = state.spans[name] ?? {};
  const share = load(span, seen), broken = state.broken.includes(name);
  const degraded = state.degraded[name];
  const text = [words.say("span.title", { name, a: span.a, b: span.b }),
    broken && !degraded ? words.say("broken") : words.say("loaded", { share: words.percent(share) }),
    ...(degraded ? [words.degradation(degraded)] : []),
    ...(name in (trace?.total ?? {}) ? [words.say("trace.lit")] : [])].join(", ");
  label(group, text, chosen?.kind === "span" && chosen.name === name);
  group.classList.toggle("broken", broken && !degraded);
  group.classList.toggle("degraded", Boolean(degraded));
  group.classList.toggle("lit", name in (trace?.now ?? {}));
  group.classList.toggle("passed", name in (trace?.total ?? {}));
  group.dataset.load = share >= 0.9 ? "full" : share >= 0.5 ? "busy" : share > 0 ? "some" : "none";
  const [a, b] = ends(group.querySelector(".wire"));
  const lanes = span.radio ? lane(a, b, plan, both(seen), span.rate[0], true)
    : [...lane(a, b, plan, seen.forth?.rates, span.rate[0]), ...lane(b, a, plan, seen.back?.rates, span.rate[1])];
  for (const old of group.querySelectorAll(".stripe")) old.remove();
  group.querySelector(".wire").before(...lanes);
}

function showNode(group, plan, state, words, chosen, groups) {
  const name = group.dataset.node, node = plan.nodes[name];
  const title = words.say("node.title", { name: node.title, kind: words.say(`kind.${node.kind}`) });
  const broken = state.broken.includes(name);
  const texts = Object.values(groups[name]).map(({ text }) => text);
  label(group, [title, ...(broken ? [words.say("broken")] : []), ...texts].join(", "), chosen?.kind === "node" && chosen.name === name);
  group.classList.toggle("broken", broken);
}

/** How well all goes that the lines of each group run, by node: { group: { result, text } }. */
function groupsByNode(plan, state, words) {
  const rows = lightsByLine(plan, state), none = { counts: { met: 0, missed: 0, inconclusive: 0 } };
  const seen = (name, lines) => {
    const result = outcome(lines.map((line) => rows.get(line) ?? none), state.fidelity.trusted);
    return { result, text: words.say("group.title", { name, lines: words.say("lines", { count: lines.length }), outcome: words.say(`outcome.${result}`) }) };
  };
  return Object.fromEntries(Object.entries(plan.nodes).map(([node, { groups }]) =>
    [node, Object.fromEntries(Object.entries(groups).map(([name, lines]) => [name, seen(name, lines)]))]));
}

function showGroup(light, { result, text }) {
  light.setAttribute("class", `group ${result}`);
  const title = light.querySelector("title"), sign = light.querySelector("text");
  if (title.textContent !== text) title.textContent = text;
  if (sign.textContent !== SIGNS[result]) sign.textContent = SIGNS[result];
}

function label(group, text, pressed) {
  group.setAttribute("tabindex", "0");
  group.setAttribute("role", "button");
  group.setAttribute("aria-label", text);
  group.setAttribute("aria-pressed", String(pressed));
  group.classList.toggle("chosen", pressed);
  const title = group.querySelector("title");
  if (title.textContent !== text) title.textContent = text;
}

function ends(wire) {
  const numbers = wire.getAttribute("d").match(/-?[\d.]+/g).map(Number);
  return [numbers.slice(0, 2), numbers.slice(2, 4)];
}

function both(seen) {
  const rates = {};
  for (const way of Object.values(seen)) for (const [name, rate] of Object.entries(way.rates)) rates[name] = (rates[name] ?? 0) + rate;
  return rates;
}

/** One stripe a class right of the line from a to b, as wide as its part of the load; in the middle for a radio hop. */
function lane(a, b, plan, rates = {}, rate, middle = false) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]], long = Math.hypot(dx, dy) || 1, stripes = [];
  const total = sum(rates), width = total ? Math.max(LEAST, total / rate * FULL) : 0;
  let inner = middle ? -width / 2 : 1.5;
  for (const name of [...Object.keys(plan.classes), ""]) {
    const wide = total ? (rates[name] ?? 0) / total * width : 0;
    if (wide < 0.05) continue;
    const at = (by) => [-dy / long * by, dx / long * by];
    const [[x, y], [u, v]] = [at(inner), at(inner + wide)];
    const corners = [[a[0] + x, a[1] + y], [b[0] + x, b[1] + y], [b[0] + u, b[1] + v], [a[0] + u, a[1] + v]];
    const stripe = document.createElementNS(SVG, "path");
    stripe.setAttribute("d", `M${corners.map((corner) => corner.join(" ")).join("L")}Z`);
    stripe.setAttribute("class", `stripe fill-${plan.classes[name] ?? "all"}`);
    stripes.push(stripe);
    inner += wide;
  }
  return stripes;
}
