// Sums over what is seen of a twin: loads of spans, and targets by workload.

const RANK = { missed: 2, inconclusive: 1, met: 0 };

export function sum(rates = {}) {
  return Object.values(rates).reduce((total, rate) => total + rate, 0);
}

/** Which part of its rate a span carries in its fuller direction, 0 to 1; of a radio hop both together. */
export function load(span, seen) {
  const forth = sum(seen.forth?.rates), back = sum(seen.back?.rates);
  return span.radio ? (forth + back) / span.rate[0] : Math.max(forth / span.rate[0], back / span.rate[1]);
}

export const SIGNS = { met: "✓", partly: "✓", missed: "✗", unknown: "?" };

/** The targets by workload and metric: [{ workload, metric, counts, worst, target, flow }], in the order of the plan. */
export function lights(plan, state) {
  const rows = new Map();
  for (const [flow, targets] of Object.entries(state.targets)) {
    for (const [metric, target] of Object.entries(targets)) {
      const workload = plan.flows[flow].workload, key = `${workload} ${metric}`;
      const row = rows.get(key) ?? { workload, metric, counts: { met: 0, missed: 0, inconclusive: 0 }, worst: target, flow };
      row.counts[target.outcome] += 1;
      if (worse(target, row.worst)) Object.assign(row, { worst: target, flow });
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

function worse(one, other) {
  if (one.outcome !== other.outcome) return RANK[one.outcome] > RANK[other.outcome];
  return one.value !== "" && (other.value === "" || (one.lower ? one.value > other.value : one.value < other.value));
}

/** The targets by line: Map of { counts }. */
export function lightsByLine(plan, state) {
  const rows = new Map();
  for (const [flow, targets] of Object.entries(state.targets)) {
    const line = plan.flows[flow].line, row = rows.get(line) ?? { counts: { met: 0, missed: 0, inconclusive: 0 } };
    for (const target of Object.values(targets)) row.counts[target.outcome] += 1;
    rows.set(line, row);
  }
  return rows;
}

/** The outcome of rows: missed if one target is, met if all are, "partly" met where some are and others unknown;
 *  "unknown" where nothing is known or figures are not trusted. */
export function outcome(rows, trusted) {
  const all = rows.map((row) => row.counts), any = (name) => all.some((counts) => counts[name] > 0);
  if (!trusted || !(any("met") || any("missed"))) return "unknown";
  return any("missed") ? "missed" : any("inconclusive") ? "partly" : "met";
}
