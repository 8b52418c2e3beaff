"use strict";
(function () {
  const root = document.documentElement;
  const words = document.querySelector("main").dataset;
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = document.createElement("button");
  theme.className = "theme";
  theme.type = "button";
  const name = () => { theme.textContent = dark() ? words.light : words.dark; };
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; name(); });
  name();
  document.querySelector(".top").append(theme);

  for (const table of document.querySelectorAll("table.all")) {
    const rows = [...table.querySelectorAll("tr[data-outcome]")];
    const kinds = [...new Set(rows.map((row) => row.dataset.outcome))];
    const bar = document.createElement("p");
    bar.className = "filter";
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = words.find;
    field.setAttribute("aria-label", words.find);
    const wanted = new Set(kinds);
    const apply = () => {
      const text = field.value.trim().toLowerCase();
      for (const row of rows) {
        row.hidden = !wanted.has(row.dataset.outcome) || !row.textContent.toLowerCase().includes(text);
      }
    };
    field.addEventListener("input", apply);
    bar.append(field);
    for (const kind of kinds.length > 1 ? kinds : []) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = kind;
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        wanted[wanted.has(kind) ? "delete" : "add"](kind);
        button.setAttribute("aria-pressed", String(wanted.has(kind)));
        apply();
      });
      bar.append(button);
    }
    table.closest("details").querySelector("summary").after(bar);
  }

  addEventListener("beforeprint", () => { for (const each of document.querySelectorAll("details:not(:has(table.all))")) each.open = true; });
})();
