// The page of an instructor: a tile for each seat, messages, and the results so far.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { classAct, classNow } from "./connection.js";
import { html } from "./html.js";
import { LANGUAGES, Language, preferred, useWords, wordsOf } from "./words.js";

const AGAIN_MS = 1000;

function Class() {
  const [words, setWords] = useState(null), [held, setHeld] = useState(null), [refusal, setRefusal] = useState("");
  useEffect(() => {
    wordsOf(preferred()).then(setWords);
    const again = async () => { const next = await classNow(); if (next.tiles) setHeld(next); setTimeout(again, AGAIN_MS); };
    again();
  }, []);
  if (!words || !held) return null;
  document.title = `${held.name} – Metro Twin`;
  const act = async (asked) => {
    setRefusal(await classAct(asked));
    const next = await classNow();
    if (next.tiles) setHeld(next);
  };
  return html`<${Language.Provider} value=${words}>
    <header><h1>${held.name}: ${held.exercise}</h1>${held.exam && html`<span>${words.say("sheet.exam")}</span>`}
      <a href="api/results.html" target="_blank" rel="noreferrer">${words.say("class.results")}</a> <a href="api/results.csv">CSV</a>
      <nav aria-label=${words.say("language")}>${LANGUAGES.map((language) => html`<button lang=${language} aria-pressed=${language === words.language}
        onClick=${() => wordsOf(language).then(setWords)}>${language.toUpperCase()}</button>`)}</nav></header>
    ${refusal && html`<p class="notice" role="alert">${words.message(refusal)} <button onClick=${() => setRefusal("")}>${words.say("close")}</button></p>`}
    <main class="class"><ul class="seats" aria-label=${words.say("class.seats")}>${held.tiles.map((tile) => html`<${Tile} key=${tile.seat} ...${tile} held=${held} act=${act} />`)}</ul>
      <${Messages} held=${held} act=${act} /></main>
  </${Language.Provider}>`;
}

/** Whether what a twin shows can be trusted, and why not. */
function lampText(words, { trust, lateness, reasons }) {
  if (trust === "trusted") return words.say("fidelity.good", { lag: `${words.number(lateness / 1e6)}\u00a0ms` });
  return `${words.say("fidelity.bad")}: ${words.joined(reasons)}`;
}

function Tile({ held, act, ...tile }) {
  const words = useWords(), mine = tile.taken_over === held.instructor;
  const button = (kind) => html`<button class="small" onClick=${() => act({ kind, seat: tile.seat })}>${words.say(`class.${kind}`)}<span class="hidden"> ${tile.seat}</span></button>`;
  const waits = ["paused", "failed"].includes(tile.state), idle = words.number(Math.floor(tile.idle / 60), 6);
  return html`<li class="seat-tile ${tile.hand ? "asks" : ""}" data-seat=${tile.seat}><h2>${tile.trainees.join(", ")}</h2>
    <p><strong class=${tile.passed ? "met" : tile.passed === false ? "missed" : ""}>${words.say(`seat-state.${tile.state}`)}</strong>
      ${tile.place > 0 && html` ${words.say("class.place", { place: tile.place })}`}
      ${tile.points !== null && html` · ${words.say("sheet.points", { points: tile.points })}`}</p>
    ${tile.reason && html`<p class="missed">${words.message(tile.reason)}</p>`}
    ${tile.lamp && html`<p class="lamp ${tile.lamp.trust === "trusted" ? "met" : "unknown"}"><i aria-hidden="true"></i>${lampText(words, tile.lamp)}</p>`}
    ${tile.hand && html`<p class="hand">${words.say("class.hand")} ${button("lower-hand")}</p>`}
    ${tile.taken_over && html`<p>${words.say("seat.taken-over", { name: tile.taken_over })}</p>`}
    <dl><dt>${words.say("class.idle")}</dt><dd>${idle} min (${words.named(`act.${tile.last}`, tile.last)})</dd>
      <dt>${words.say("sheet.hints")}</dt><dd>${words.number(tile.hints)}</dd><dt>${words.say("class.diagnoses")}</dt><dd>${words.number(tile.diagnoses)}</dd>
      <dt>${words.say("class.checks")}</dt><dd>${words.number(tile.checks)}</dd></dl>
    <div class="buttons"><a href="../seat/${encodeURIComponent(tile.seat)}/" target="_blank">${words.say("class.look")}<span class="hidden"> ${tile.seat}</span></a>
      ${mine ? button("give-back") : button("take-over")}
      ${waits ? button("resume") : button("pause")} ${tile.up && mine && button("reset-seat")}
      <a href="api/replay/${encodeURIComponent(tile.seat)}" target="_blank">${words.say("class.replay")}<span class="hidden"> ${tile.seat}</span></a></div></li>`;
}

function Messages({ held, act }) {
  const words = useWords(), [text, setText] = useState(""), [seat, setSeat] = useState("");
  const submit = (event) => { event.preventDefault(); act({ kind: "send-message", text, seat }); setText(""); };
  return html`<section aria-labelledby="messages"><h2 id="messages">${words.say("seat.messages")}</h2>
    <form class="fields" onSubmit=${submit}><label>${words.say("class.to")} <select value=${seat} onChange=${(event) => setSeat(event.target.value)}>
      <option value="">${words.say("class.all")}</option>${held.tiles.map((tile) => html`<option value=${tile.seat}>${tile.trainees.join(", ")}</option>`)}</select></label>
      <label class="wide">${words.say("class.message")} <input value=${text} maxlength="2000" onInput=${(event) => setText(event.target.value)} /></label>
      <button disabled=${!text.trim()}>${words.say("class.send")}</button></form>
    <ol class="messages" aria-live="polite" aria-label=${words.say("seat.messages")}>${held.messages.map((message, number) => html`<li key=${number}>${message.seat && html`<strong>${message.seat}</strong> `}${message.text}</li>`)}</ol></section>`;
}

render(html`<${Class} />`, document.getElementById("class"));
