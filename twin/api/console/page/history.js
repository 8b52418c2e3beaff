// What was seen of the last minutes: states as they came. Parts that do not change are the same objects, so that ten
// minutes are small.

const KEPT_S = 600;

export class History {
  constructor() {
    this.states = [];
  }

  /** Keep a state; those of a twin that was built anew follow the others. */
  add(state) {
    const at = state.at / 1e9, last = this.states.at(-1);
    if (!at || (last && at <= last.at)) return;
    this.states.push({ at, spans: state.spans, flows: state.flows });
    while (this.states[0].at < at - KEPT_S) this.states.shift();
  }

  /** Times in s since 1970, and for each name the values that `value(state, name)` gives; null where there is none. */
  series(names, value) {
    return [this.states.map((state) => state.at), ...names.map((name) => this.states.map((state) => value(state, name) ?? null))];
  }
}
