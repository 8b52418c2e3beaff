// The map: the report's own drawing, with what each span carries now, what is broken, and what can be chosen.
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { load, sum } from "../figures.js";
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
    for (const group of place.current.querySelectorAll("[data-node]")) showNode(group, plan, state, words, chosen);
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
  const group = element.closest("[data-span],[data-node]");
  if (!group) return null;
  return group.dataset.span ? { kind: "span", name: group.dataset.span } : { kind: "node", name: group.dataset.node };
}

function showSpan(group, plan, state, words, chosen, trace) {
  const name = group.dataset.span, span = plan.spans[name], seen = state.spans[name] ?? {};
  const share = load(span, seen), broken = state.broken.includes(name);
  const text = [words.say("span.title", { name, a: span.a, b: span.b }),
    broken ? words.say("broken") : words.say("loaded", { share: words.percent(share) }),
    ...(name in (trace?.total ?? {}) ? [words.say("trace.lit")] : [])].join(", ");
  label(group, text, chosen?.kind === "span" && chosen.name === name);
  group.classList.toggle("broken", broken);
  group.classList.toggle("lit", name in (trace?.now ?? {}));
  group.classList.toggle("passed", name in (trace?.total ?? {}));
  group.dataset.load = share >= 0.9 ? "full" : share >= 0.5 ? "busy" : share > 0 ? "some" : "none";
  const [a, b] = ends(group.querySelector(".wire"));
  const lanes = span.radio ? lane(a, b, plan, both(seen), span.rate[0], true)
    : [...lane(a, b, plan, seen.forth?.rates, span.rate[0]), ...lane(b, a, plan, seen.back?.rates, span.rate[1])];
  for (const old of group.querySelectorAll(".stripe")) old.remove();
  group.querySelector(".wire").before(...lanes);
}

function showNode(group, plan, state, words, chosen) {
  const name = group.dataset.node, node = plan.nodes[name];
  const title = words.say("node.title", { name: node.title, kind: words.say(`kind.${node.kind}`) });
  const broken = state.broken.includes(name);
  label(group, broken ? `${title}, ${words.say("broken")}` : title, chosen?.kind === "node" && chosen.name === name);
  group.classList.toggle("broken", broken);
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
