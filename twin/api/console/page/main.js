// The page of the console: what is seen of a live twin, and forms that work it.
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, follow, save } from "./connection.js";
import { History } from "./history.js";
import { Charts } from "./sections/charts.js";
import { Detail } from "./sections/detail.js";
import { Header } from "./sections/header.js";
import { html } from "./html.js";
import { Kernel } from "./sections/kernel.js";
import { EventLog } from "./sections/log.js";
import { NetworkMap } from "./sections/map.js";
import { Runs } from "./sections/runs.js";
import { Seat, useSeat } from "./sections/seat.js";
import { Sheet, useSheet } from "./sections/sheet.js";
import { Subscribers } from "./sections/subscribers.js";
import { Targets } from "./sections/targets.js";
import { Terminals } from "./sections/terminals.js";
import { Trace, followed } from "./sections/trace.js";
import { Language, preferred, wordsOf } from "./words.js";

function Console() {
  const [words, setWords] = useState(null);
  const [{ plan, state, connected }, setSeen] = useState({ plan: null, state: null, connected: false });
  const [chosen, choose] = useState(null);
  const [refusal, setRefusal] = useState("");
  const [busy, setBusy] = useState(false);
  const history = useRef(new History()), following = useRef(() => {});
  const [trace, setTrace] = useState(null);
  const [opened, setOpened] = useState([]);
  const [desk, refresh] = useSheet(), seat = useSeat();
  const seen = (next) => {
    if (next.state) history.current.add(next.state);
    setSeen(next);
  };
  useEffect(() => { wordsOf(preferred()).then(setWords); follow(seen); }, []);
  if (!words) return null;
  const place = seat.name && html`<${Language.Provider} value=${words}><${Seat} seat=${seat} /></${Language.Provider}>`;
  if (!plan?.twin) return html`${place}<main class="waiting" role="status">${state?.ended ? words.message(state.ended) : words.say(connected ? "ended" : "waiting")}</main>`;
  document.title = `${plan.network} – Metro Twin`;
  const during = async (asked) => {
    setBusy(true);
    setRefusal(await asked);
    setBusy(false);
  };
  const work = { act: (command) => during(ask(command)), save: (place, values) => during(save(place, values)) };
  const speak = (language) => wordsOf(language).then(setWords);
  const open = (node) => setOpened([...opened, { node, number: (opened.at(-1)?.number ?? 0) + 1 }]);
  const close = (number) => setOpened(opened.filter((one) => one.number !== number));
  const stop = () => { following.current(); setTrace(null); };
  const begin = (filter) => {
    stop();
    setTrace({ filter, now: {}, total: {}, error: "" });
    following.current = followed(filter, setTrace);
  };
  const training = Boolean(desk?.sheet), terminals = html`<${Terminals} plan=${plan} opened=${opened} open=${open} close=${close} />`;
  const shared = { training, plan, state, chosen, choose, busy, open, trace, history: history.current, ...work };
  return html`<${Language.Provider} value=${words}>
    ${place}<${Header} ...${shared} connected=${connected} speak=${speak} />
    ${(refusal || state.ended || !connected) && html`<p class="notice" role="alert">
      ${words.message(refusal || state.ended) || words.say("disconnected")}
      ${refusal && html` <button onClick=${() => setRefusal("")}>${words.say("close")}</button>`}</p>`}
    <main class=${connected && !state.ended ? "" : "stale"}>
      ${training && html`<div class="training"><${Sheet} view=${desk} refresh=${refresh} />${terminals}</div>`}
      <${Targets} ...${shared} />
      <div class="mapped"><${NetworkMap} ...${shared} /><${Trace} trace=${trace} begin=${begin} stop=${stop} /></div>
      <${Detail} ...${shared} />
      <${Charts} ...${shared} />
      <${Subscribers} ...${shared} />
      <${EventLog} ...${shared} />
      <${Kernel} ...${shared} />
      ${!training && html`${terminals}<${Runs} />`}
    </main>
  </${Language.Provider}>`;
}

render(html`<${Console} />`, document.getElementById("console"));
