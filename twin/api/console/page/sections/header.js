// The top of the page: which twin, whether it can be trusted, its policy, the language.
import { html } from "../html.js";
import { LANGUAGES, useWords } from "../words.js";

const NO_QOS = "none";

export function Header({ plan, state, act, busy, speak, training }) {
  const words = useWords(), on = plan.policy !== NO_QOS;
  const use = (policy) => act({ kind: "use-policy", policy });
  const other = on ? NO_QOS : plan.own_policy === NO_QOS ? plan.policies.find((name) => name !== NO_QOS) : plan.own_policy;
  return html`<header>
    <h1>${plan.network}</h1>
    <${Lamp} fidelity=${state.fidelity} />
    ${!training && html`<button class="toggle" role="switch" aria-checked=${on} disabled=${busy} onClick=${() => use(other)}>
      <i class="knob" aria-hidden="true"></i>${words.say(on ? "qos.on" : "qos.off")}</button>
    <label>${words.say("policy")} <select value=${plan.policy} disabled=${busy} onChange=${(event) => use(event.target.value)}>
      ${plan.policies.map((name) => html`<option value=${name} selected=${name === plan.policy}>${name}</option>`)}
    </select></label>
    <button disabled=${busy} onClick=${() => act({ kind: "reset" })}>${words.say("reset")}</button>`}
    ${busy && html`<span class="busy" role="status">${words.say("busy")}</span>`}
    <nav aria-label=${words.say("language")}>
      ${LANGUAGES.map((language) => html`<button lang=${language} aria-pressed=${language === words.language}
        onClick=${() => speak(language)}>${language.toUpperCase()}</button>`)}
    </nav>
  </header>`;
}

function Lamp({ fidelity }) {
  const words = useWords(), lag = `${words.number(fidelity.lag / 1e6)}\u00a0ms`;
  return html`<span class="lamp ${fidelity.trusted ? "met" : "unknown"}" role="status">
    <i aria-hidden="true"></i>${fidelity.trusted ? words.say("fidelity.good", { lag }) : words.say("fidelity.bad")}
    ${!fidelity.trusted && html`<small>${words.joined(fidelity.reasons)}</small>`}</span>`;
}
