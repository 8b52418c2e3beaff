// The words of the page in the reader's language, and numbers as they are written in it.
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export const LANGUAGES = ["fr", "en"];
const KEPT = "twin-console-language";

/** The language that was chosen before, or that the browser prefers. */
export function preferred() {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((language) => LANGUAGES.includes(language)) ?? "en";
}

/** The words of a language; the choice is kept. */
export async function wordsOf(language) {
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
  const read = async (file) => (await fetch(file)).json();
  return new Words(language, await read(`${language}.json`), language === "en" ? {} : await read(`messages.${language}.json`));
}

/** What finds the placeholders of a template in a text: "the twin \"{name}\" is gone". */
function pattern(template) {
  const parts = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.*?)")}$`, "s");
}

/** How many characters of a template are no placeholders. */
function literal(template) {
  return template.replace(/\{\w+\}/g, "").length;
}

/** With how many of them it begins. */
function begin(template) {
  return template.split("{")[0].length;
}

class Words {
  constructor(language, catalogue, messages) {
    this.language = language;
    // As the reader's country writes numbers and times, where that is of this language: en-GB and not en-US.
    this.locale = navigator.languages.find((tag) => tag.slice(0, 2) === language) ?? language;
    this.catalogue = catalogue;
    // The most particular first: another template may hold within what a shorter one leaves open.
    const particular = Object.entries(messages).sort(([one], [other]) => begin(other) - begin(one) || literal(other) - literal(one));
    this.messages = particular.map(([template, text]) => ({
      pattern: pattern(template), names: [...template.matchAll(/\{(\w+)\}/g)].map((found) => found[1]), text }));
    this.plurals = new Intl.PluralRules(language);
  }

  /** The text of a key with its placeholders filled in; of "key.one" and "key.other" the form for values.count. */
  say(key, values = {}) {
    const form = values.count === undefined ? key : `${key}.${this.plurals.select(values.count) === "one" ? "one" : "other"}`;
    const shown = { ...values, ...(values.count === undefined ? {} : { count: this.number(values.count) }) };
    return this.catalogue[form].replace(/\{(\w+)\}/g, (_, name) => shown[name]);
  }

  /** A message of the twin or the console, which are in English: in the reader's language where it is known. */
  message(text) {
    for (const known of this.messages) {
      const found = text.match(known.pattern);
      if (found) return known.text.replace(/\{(\w+)\}/g, (_, name) => this.message(found[1 + known.names.indexOf(name)]));
    }
    return this.language === "fr" ? text.replace(/(?<![\w.])(\d+)\.(\d+)(?![.\d])/g, "$1,$2") : text;
  }

  /** Messages one after the other, as the reader's language parts them. */
  joined(texts) {
    return texts.map((text) => this.message(text)).join(this.language === "fr" ? "\u00a0; " : "; ");
  }

  /** The text of a key, or another text where there is none. */
  named(key, other) {
    return this.catalogue[key] ?? other;
  }

  number(value, digits = 3) {
    return new Intl.NumberFormat(this.locale, { maximumSignificantDigits: digits }).format(value);
  }

  percent(share) {
    return new Intl.NumberFormat(this.locale, { style: "percent", maximumSignificantDigits: 2 }).format(share);
  }

  /** bit/s with a prefix. */
  rate(bits) {
    const step = [[1e9, "Gbit/s"], [1e6, "Mbit/s"], [1e3, "kbit/s"]].find(([size]) => bits >= size) ?? [1, "bit/s"];
    return `${this.number(bits / step[0])}\u00a0${step[1]}`;
  }

  /** Bytes with a prefix. */
  size(bytes) {
    const step = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]].find(([size]) => bytes >= size) ?? [1, "B"];
    return `${this.number(bytes / step[0])}\u00a0${this.language === "fr" ? step[1].replace("B", "o") : step[1]}`;
  }

  /** A delay in ns. */
  delay(ns) {
    const step = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"]].find(([size]) => ns >= size) ?? [1, "ns"];
    return `${this.number(ns / step[0])}\u00a0${step[1]}`;
  }

  /** A figure in the unit in which a metric is written. */
  figure(value, unit) {
    if (value === undefined || value === "") return "–";
    if (unit === "ppm") return this.percent(value / 1e6);
    if (unit === "kbit/s") return this.rate(value * 1e3);
    return `${this.number(value)}${unit ? `\u00a0${unit}` : ""}`;
  }

  /** What a degraded span is like; how: figures in base units by the key of a description. */
  degradation(how) {
    const written = { rate: this.rate, up: this.rate, delay: this.delay, jitter: this.delay };
    const share = (ppm) => this.percent(ppm / 1e6);
    const parts = Object.entries(how).map(([key, figure]) => this.say(`degraded.${key}`, { value: (written[key] ?? share).call(this, figure) }));
    return this.say("degraded", { how: parts.join(", ") });
  }

  /** Date and time of a moment in ns since 1970. */
  moment(ns) {
    return new Date(ns / 1e6).toLocaleString(this.locale, { dateStyle: "medium", timeStyle: "short" });
  }

  /** The time of day of a moment in ns since 1970. */
  time(ns) {
    return new Date(ns / 1e6).toLocaleTimeString(this.locale);
  }
}

export const Language = createContext(null);

/** The words of the language that is chosen. */
export function useWords() {
  return useContext(Language);
}
