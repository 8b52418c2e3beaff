// What is chosen on the map: load, drops and delay by class, and the forms that break and restore it.
import { useEffect, useState } from "preact/hooks";
import { load } from "../figures.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

export function Detail(shared) {
  const { plan, state, chosen } = shared, words = useWords(), degraded = Object.keys(state.degraded);
  const cut = state.broken.filter((name) => !degraded.includes(name));
  return html`<section class="detail" aria-labelledby="detail" aria-live="off">
    <h2 id="detail">${chosen ? title(plan, chosen) : words.say("detail")}</h2>
    ${!chosen && html`<p class="hint">${words.say("detail.hint")}</p><${Legend} plan=${plan} />`}
    ${chosen?.kind === "span" && html`<${Span} ...${shared} key=${chosen.name} />`}
    ${chosen?.kind === "node" && html`<${Node} ...${shared} key=${chosen.name} />`}
    ${cut.length > 0 && html`<p class="hint">${words.say("broken.all", { names: cut.join(", ") })}</p>`}
    ${degraded.length > 0 && html`<p class="hint">${words.say("degraded.all", { names: degraded.join(", ") })}</p>`}
  </section>`;
}

function title(plan, chosen) {
  return chosen.kind === "node" ? plan.nodes[chosen.name].title : chosen.name;
}

function Legend({ plan }) {
  return html`<p class="legend">${Object.entries(plan.classes).map(([name, colour]) =>
    html`<span><i class="swatch back-${colour}" aria-hidden="true"></i>${name}</span>`)}</p>`;
}

function Span({ plan, state, chosen, act, save, busy, open, training }) {
  const words = useWords(), name = chosen.name, span = plan.spans[name], seen = state.spans[name] ?? {};
  const broken = state.broken.includes(name), degraded = state.degraded[name];
  return html`
    <p>${broken && !degraded ? html`<strong class="missed">${words.say("broken")}</strong>` : words.say("loaded", { share: words.percent(load(span, seen)) })}
      ${" · "}${words.rate(span.rate[0])}${degraded && html` · <strong>${words.degradation(degraded)}</strong>`}</p>
    <${Ways} plan=${plan} span=${span} seen=${seen} />
    <div class="buttons">
      <button class="danger" disabled=${busy} onClick=${() => act({ kind: "cut", name })}>${words.say("cut")}</button>
      <button disabled=${busy || !broken} onClick=${() => act({ kind: "restore", name })}>${words.say("restore")}</button>
    </div>
    ${!training && html`<${Impair} span=${name} line=${span.line} act=${act} busy=${busy} />`}
    ${!training && plan.profiles[name]?.length > 1 && html`<${Profile} line=${name} profiles=${plan.profiles[name]} act=${act} busy=${busy} />`}
    <${Capture} place=${name} save=${save} busy=${busy} />
    ${span.line && html`<div class="buttons"><button onClick=${() => open(name)}>${words.say("terminals.on", { name })}</button></div>`}`;
}

/** Both ways of a span by class: load, what waits, for how long, and what was dropped in the last second. */
function Ways({ plan, span, seen }) {
  const words = useWords();
  const way = (name, to) => html`<tbody><tr class="way"><th scope="rowgroup" colspan="5">${words.say("to", { name: to })}</th></tr>
    ${classes(plan, seen).map((service) => html`<tr><th scope="row">
      <i class="swatch back-${plan.classes[service] ?? "all"}" aria-hidden="true"></i>${service || words.say("all")}</th>
      <td>${words.rate(seen[name]?.rates[service] ?? 0)}</td><td>${words.size(seen[name]?.backlog[service] ?? 0)}</td>
      <td>${words.delay(seen[name]?.delay[service] ?? 0)}</td><td>${words.number(seen[name]?.dropped[service] ?? 0)}</td></tr>`)}</tbody>`;
  return html`<table><thead><tr><th>${words.say("class")}</th><th>${words.say("load")}</th><th>${words.say("column.waiting")}</th>
    <th>${words.say("delay")}</th><th>${words.say("dropped")}</th></tr></thead>${way("forth", span.b)}${way("back", span.a)}</table>`;
}

function classes(plan, seen) {
  const shared = Object.values(seen).some((way) => "" in way.rates);
  return shared ? [""] : Object.keys(plan.classes);
}

const IMPAIRMENTS = [["rate", "10 Mbit/s"], ["delay", "20 ms"], ["jitter", "5 ms"], ["loss", "1 %"], ["reorder", "1 %"], ["duplicate", "1 %"]];

/** What the span or line does to packets from now on; of a line, the rate towards the subscriber and from there. */
function Impair({ span, line, act, busy }) {
  const words = useWords(), [values, setValues] = useState({});
  const known = line ? [IMPAIRMENTS[0], ["up", "256 kbit/s"], ...IMPAIRMENTS.slice(1)] : IMPAIRMENTS;
  const submit = (event) => {
    event.preventDefault();
    act({ kind: "degrade", span, ...values });
  };
  return html`<form class="fields impair" onSubmit=${submit}>${known.map(([name, example]) => html`<label>${words.say(`impair.${name}`)}
    <input value=${values[name] ?? ""} placeholder=${example} onInput=${(event) => setValues({ ...values, [name]: event.target.value })} /></label>`)}
    <button disabled=${busy || !Object.values(values).some(Boolean)}>${words.say("impair")}</button></form>`;
}

/** What a line is sold as; another profile of its technology can be chosen. */
function Profile({ line, profiles, act, busy }) {
  const words = useWords(), [profile, setProfile] = useState(profiles[0]);
  useEffect(() => setProfile(profiles[0]), [profiles[0]]);
  const submit = (event) => {
    event.preventDefault();
    act({ kind: "change-profile", line, profile });
  };
  return html`<form class="fields" onSubmit=${submit}><label>${words.say("profile")}
    <select value=${profile} onChange=${(event) => setProfile(event.target.value)}>${profiles.map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
    <button disabled=${busy || profile === profiles[0]}>${words.say("profile.change")}</button></form>`;
}

function Capture({ place, save, busy }) {
  const words = useWords(), [values, setValues] = useState({ filter: "", seconds: "10" });
  const change = (event) => setValues({ ...values, [event.target.name]: event.target.value });
  const submit = (event) => {
    event.preventDefault();
    save(place, values);
  };
  return html`<form class="fields" onSubmit=${submit}>
    <label>${words.say("capture.filter")} <input name="filter" value=${values.filter} placeholder="udp port 5060" onInput=${change} /></label>
    <label>${words.say("capture.seconds")} <input name="seconds" type="number" min="1" max="600" value=${values.seconds} onInput=${change} /></label>
    <button disabled=${busy}>${words.say("capture")}</button></form>`;
}

function Node({ plan, state, chosen, choose, act, save, busy, open }) {
  const words = useWords(), name = chosen.name, node = plan.nodes[name], broken = state.broken.includes(name);
  const spans = Object.entries(plan.spans).filter(([, span]) => !span.line && (span.a === name || span.b === name));
  return html`
    <p>${words.say(`kind.${node.kind}`)}${broken && html` · <strong class="missed">${words.say("broken")}</strong>`}
      ${" · "}${words.say("lines", { count: node.lines.length })}</p>
    <ul class="spans">${spans.map(([other, span]) => html`<li><button class="link" onClick=${() => choose({ kind: "span", name: other })}>
      ${other}</button><span>${state.degraded[other] ? words.degradation(state.degraded[other]) : state.broken.includes(other) ? words.say("broken") : words.percent(load(span, state.spans[other] ?? {}))}</span></li>`)}</ul>
    ${node.kind !== "head-end" && html`<div class="buttons">
      <button class="danger" disabled=${busy} onClick=${() => act({ kind: "cut", name, node: true })}>${words.say("cut")}</button>
      <button disabled=${busy || !broken} onClick=${() => act({ kind: "restore", name, node: true })}>${words.say("restore")}</button>
    </div>`}
    <${Capture} place=${name} save=${save} busy=${busy} />
    <div class="buttons">${[name, ...node.lines].map((host) => html`<button key=${host} onClick=${() => open(host)}>
      ${words.say("terminals.on", { name: host })}</button>`)}</div>`;
}
