// The page of the console: what is seen of a live twin, and forms that work it.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask, follow, save } from "./connection.js";
import { Detail } from "./detail.js";
import { Header } from "./header.js";
import { html } from "./html.js";
import { EventLog } from "./log.js";
import { NetworkMap } from "./map.js";
import { Subscribers } from "./subscribers.js";
import { Targets } from "./targets.js";
import { Language, preferred, wordsOf } from "./words.js";

function Console() {
  const [words, setWords] = useState(null);
  const [{ plan, state, connected }, setSeen] = useState({ plan: null, state: null, connected: false });
  const [chosen, choose] = useState(null);
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => { wordsOf(preferred()).then(setWords); follow(setSeen); }, []);
  if (!words) return null;
  if (!plan?.twin) return html`<main class="waiting" role="status">${state?.ended || words.say(connected ? "ended" : "waiting")}</main>`;
  document.title = `${plan.network} – Metro Twin`;
  const during = async (asked) => {
    setBusy(true);
    setRefusal(await asked);
    setBusy(false);
  };
  const work = { act: (command) => during(ask(command)), save: (place, values) => during(save(place, values)) };
  const speak = (language) => wordsOf(language).then(setWords);
  const shared = { plan, state, chosen, choose, busy, ...work };
  return html`<${Language.Provider} value=${words}>
    <${Header} ...${shared} connected=${connected} speak=${speak} />
    ${(refusal || state.ended || !connected) && html`<p class="notice" role="alert">
      ${refusal || state.ended || words.say("disconnected")}
      ${refusal && html` <button onClick=${() => setRefusal("")}>${words.say("close")}</button>`}</p>`}
    <main class=${connected && !state.ended ? "" : "stale"}>
      <${Targets} ...${shared} />
      <${NetworkMap} ...${shared} />
      <${Detail} ...${shared} />
      <${Subscribers} ...${shared} />
      <${EventLog} ...${shared} />
    </main>
  </${Language.Provider}>`;
}

render(html`<${Console} />`, document.getElementById("console"));
