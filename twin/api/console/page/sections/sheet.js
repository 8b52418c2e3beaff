// The sheet of an exercise: what is reported, the diagnosis, changes, hints, the gates, and the explanation at the end.
import { useEffect, useState } from "preact/hooks";
import { sheet as readSheet, work } from "../connection.js";
import { html } from "../html.js";
import { useWords } from "../words.js";

// How often it is asked for: others may work at the same desk.
const AGAIN_MS = 1500;

/** The sheet as it is now, again and again: null before it is known, {} where no exercise is worked on. */
export function useSheet() {
  const [view, setView] = useState(null);
  useEffect(() => {
    let stopped = false, timer = 0;
    const again = async () => {
      const next = await readSheet();
      if (stopped) return;
      if (!next.error) setView(next);
      if (next.sheet || next.error) timer = setTimeout(again, AGAIN_MS);
    };
    again();
    return () => { stopped = true; clearTimeout(timer); };
  }, []);
  return [view, async () => { const next = await readSheet(); if (!next.error) setView(next); }];
}

export function Sheet({ view, refresh }) {
  const words = useWords(), [refusal, setRefusal] = useState(""), [busy, setBusy] = useState(false);
  const { sheet, doing, share } = view, text = (both) => both[words.language];
  const act = async (asked) => { setBusy(true); setRefusal(await work(asked)); await refresh(); setBusy(false); };
  const shared = { sheet, act, text, busy: busy || doing !== "" };
  return html`<section class="sheet" aria-labelledby="sheet">
    <h2 id="sheet">${text(sheet.title)}</h2>
    <p class="hint">${words.say("sheet.level", { level: sheet.level, minutes: sheet.minutes })}${sheet.exam && html` · ${words.say("sheet.exam")}`}</p>
    <p>${text(sheet.story)}</p>
    <h3>${words.say("sheet.look")}</h3><pre tabindex="0" role="region" aria-label=${words.say("sheet.look")}>${text(sheet.look)}</pre>
    ${refusal && html`<p class="missed" role="alert">${words.message(refusal)}</p>`}
    <div role="status">${doing !== "" && html`<p class="busy">${words.say(`doing.${doing}`)} ${share !== null && html`<progress value=${share} aria-label=${words.say(`doing.${doing}`)}></progress>`}</p>`}</div>
    <${Test} ...${shared} output=${view.output} />
    <${Diagnosis} ...${shared} />
    <${Changes} ...${shared} />
    <${Hints} ...${shared} />
    <${Gates} ...${shared} />
    ${sheet.debriefing && html`<${Debriefing} ...${sheet.debriefing} text=${text} />`}
    <${Steps} ...${shared} />
  </section>`;
}

function Test({ sheet, act, busy, output }) {
  const words = useWords(), [node, setNode] = useState(""), [command, setCommand] = useState("");
  if (sheet.sealed) return null;
  const submit = (event) => { event.preventDefault(); act({ kind: "run-test", node, command }); };
  return html`<h3>${words.say("sheet.test")}</h3><p class="hint">${words.say("sheet.test-hint")}</p><form class="fields" onSubmit=${submit}>
    <label>${words.say("sheet.node")} <select value=${node} onChange=${(event) => setNode(event.target.value)}><option value=""></option>
      ${sheet.places.map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
    <label class="wide">${words.say("sheet.test-command")} <input value=${command} onInput=${(event) => setCommand(event.target.value)} /></label>
    <button disabled=${busy || !node || !command.trim()}>${words.say("sheet.run-test")}</button></form>
    ${output && html`<pre tabindex="0" role="region" aria-label=${words.say("sheet.test")}>${output}</pre>`}`;
}

function Diagnosis({ sheet, act, busy }) {
  const words = useWords(), [values, setValues] = useState({});
  const field = (key, choices) => html`<label>${words.say(`sheet.${key}`)} <select value=${values[key] ?? ""} disabled=${sheet.sealed}
    onChange=${(event) => setValues({ ...values, [key]: event.target.value })}><option value=""></option>
    ${choices.map(([name, shown]) => html`<option value=${name}>${shown}</option>`)}</select></label>`;
  const same = (names) => names.map((name) => [name, name]);
  const submit = (event) => {
    event.preventDefault();
    act({ kind: "diagnose", place: "", direction: "", cause: "", node: "", command: "", ...values });
  };
  const made = sheet.diagnosis;
  return html`<h3>${words.say("sheet.diagnosis")}</h3>
    ${made && html`<p>${words.say("sheet.made", { place: made.diagnosis.place, direction: words.named(`way.${made.diagnosis.direction}`, made.diagnosis.direction), cause: words.named(`cause.${made.diagnosis.cause}`, made.diagnosis.cause) })}
      ${made.evidence && html`<br /><code>${made.evidence}</code> ${words.say(made.shown ? "sheet.shown" : "sheet.not-shown")}`}</p>`}
    ${sheet.sealed ? html`<p class="hint">${words.say("sheet.sealed")}</p>` : html`<form class="fields" onSubmit=${submit}>
      ${field("place", same(sheet.places))}
      ${field("direction", sheet.directions.map((way) => [way, words.named(`way.${way}`, way)]))}
      ${field("cause", sheet.causes.map((cause) => [cause, words.named(`cause.${cause}`, cause)]))}
      ${field("node", same(sheet.places))}
      <label class="wide">${words.say("sheet.command")} <input value=${values.command ?? ""} onInput=${(event) => setValues({ ...values, command: event.target.value })} /></label>
      <button disabled=${busy || !values.place || !values.direction || !values.cause}>${words.say("sheet.diagnose")}</button></form>`}`;
}

function Changes({ sheet, act, busy }) {
  const words = useWords(), [kind, setKind] = useState(""), [values, setValues] = useState({});
  if (sheet.changes.length === 0 || sheet.debriefing) return null;
  const form = sheet.changes.find((known) => known.kind === kind) ?? sheet.changes[0];
  const submit = (event) => { event.preventDefault(); act({ kind: "change", change: form.kind, values }); };
  return html`<h3>${words.say("sheet.changes")}</h3><form class="fields" onSubmit=${submit}>
    <label>${words.say("sheet.kind")} <select value=${form.kind} onChange=${(event) => { setKind(event.target.value); setValues({}); }}>
      ${sheet.changes.map((known) => html`<option value=${known.kind}>${known.kind}</option>`)}</select></label>
    ${Object.entries(form.keys).map(([key, example]) => html`<label key=${`${form.kind} ${key}`}>${key}
      <input value=${values[key] ?? ""} placeholder=${example} onInput=${(event) => setValues({ ...values, [key]: event.target.value })} /></label>`)}
    <button disabled=${busy}>${words.say("sheet.change")}</button></form>
    <div class="buttons"><button disabled=${busy} onClick=${() => act({ kind: "begin-again" })}>${words.say("sheet.begin-again")}</button></div>`;
}

function Hints({ sheet, act, busy, text }) {
  const words = useWords();
  return html`${(sheet.hints.length > 0 || sheet.next_hint !== null) && html`<h3>${words.say("sheet.hints")}</h3>`}
    ${sheet.hints.length > 0 && html`<ul class="facts">${sheet.hints.map((hint, number) => html`<li key=${number}>${text(hint.text)}</li>`)}</ul>`}
    ${sheet.next_hint !== null && html`<button disabled=${busy} onClick=${() => act({ kind: "take-hint" })}>${words.say("sheet.hint", { cost: sheet.next_hint })}</button>`}`;
}

function Gates({ sheet, act, busy }) {
  const words = useWords(), [sure, setSure] = useState(false), graded = sheet.graded, done = graded?.handed_in ?? false;
  return html`<h3>${words.say("sheet.gates")}</h3>
    ${graded && html`<p role="status"><strong class=${sheet.passed ? "met" : "missed"}>${words.say(sheet.passed ? "sheet.passed" : "sheet.failed")}</strong>
      ${done && !sheet.exam && html` ${words.say("sheet.points", { points: graded.points })}`}</p>
      <ul class="gates">${graded.gates.map((result) => html`<li key=${result.gate}><span class=${result.passed ? "met" : "missed"} aria-hidden="true">${result.passed ? "✓" : "✗"}</span>
        ${" "}<strong>${result.gate}</strong> ${words.named(`gate.${result.gate}`, "")}<span class="hidden">: ${words.say(result.passed ? "sheet.passed" : "sheet.failed")}</span>
        ${result.reasons.map((reason) => html`<br /><small>${words.message(reason)}</small>`)}</li>`)}</ul>`}
    ${!done && html`<div class="buttons"><button disabled=${busy} onClick=${() => act({ kind: "check-gates" })}>${words.say("sheet.check")}</button>
      <label><input type="checkbox" checked=${sure} onChange=${(event) => setSure(event.target.checked)} /> ${words.say("sheet.sure")}</label>
      <button class="danger" disabled=${busy || !sure} onClick=${() => act({ kind: "hand-in" })}>${words.say("sheet.hand-in")}</button></div>`}`;
}

function Debriefing({ right, text: explained, parts, evidence, tests, wrong, text }) {
  const words = useWords();
  return html`<h3>${words.say("sheet.debriefing")}</h3>
    <p>${words.say("sheet.right", { place: right.place, direction: words.named(`way.${right.direction}`, right.direction), cause: words.named(`cause.${right.cause}`, right.cause) })} ${text(explained)}</p>
    <table><tbody>${Object.entries(parts).map(([part, points]) => html`<tr key=${part}><th scope="row">${words.say(`part.${part}`)}</th><td>${words.number(points)}</td></tr>`)}</tbody></table>
    ${evidence.length > 0 && html`<p>${words.say("sheet.evidence")}</p><ul class="facts">${evidence.map((command) => html`<li key=${command}><code>${command}</code></li>`)}</ul>`}
    ${tests.length > 0 && html`<p>${words.say("sheet.tests")}</p><ul class="facts">${tests.map((test) => html`<li key=${test.command}><code>${test.command}</code> ${words.say("sheet.ruled-out", { causes: test.rules_out.map((cause) => words.named(`cause.${cause}`, cause)).join(", ") || "–", ruled: test.rules_out.length, hypotheses: test.hypotheses })}</li>`)}</ul>`}
    ${wrong.length > 0 && html`<p>${words.say("sheet.wrong")}</p><ul class="facts">${wrong.map(([repair, why], number) => html`<li key=${number}>${repair}: ${text(why)}</li>`)}</ul>`}`;
}

function Steps({ sheet }) {
  const words = useWords();
  return html`<details><summary>${words.say("sheet.steps", { count: sheet.steps.length })}</summary>
    <ol class="facts">${sheet.steps.map((step) => html`<li key=${step.number}><time>${new Date(step.at).toLocaleTimeString(words.language)}</time> ${words.say(`act.${step.act.kind}`)}</li>`)}</ol></details>`;
}
