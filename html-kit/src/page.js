// Pages work without this: it tells the embedding page what happens, filters the list while one types, and lets no
// form be sent twice.
"use strict";
(() => {
  const { events: told, lastEvent } = document.body.dataset;

  const tell = (event) => {
    // Whoever embeds the pages is not known; the events hold nothing secret.
    if (told !== undefined && window.parent !== window) window.parent.postMessage(event, "*");
  };

  for (const event of JSON.parse(told ?? "[]")) tell(event);
  document.addEventListener("click", ({ target }) => {
    const clicked = target.closest("[data-event]");
    if (clicked) tell(JSON.parse(clicked.dataset.event));
  });
  if (lastEvent) addEventListener("pagehide", () => tell(JSON.parse(lastEvent)));

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    // Back from the browser's memory, the form can be sent again.
    for (const form of document.forms) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  });

  const search = document.getElementById("q");
  if (!search) return;
  const count = document.querySelector(".count");
  const folded = (text) => text.trim().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  let waiting;
  const filter = () => {
    const wanted = folded(search.value);
    let found = 0;
    for (const group of document.querySelectorAll(".group")) {
      let shown = 0;
      for (const entry of group.querySelectorAll("[data-key]")) {
        entry.hidden = !entry.dataset.key.includes(wanted);
        if (!entry.hidden) shown += 1;
      }
      group.hidden = shown === 0;
      found += shown;
    }
    const { none, one, many } = count.dataset;
    count.textContent = found === 0 ? none : found === 1 ? one : many.replace("#", found);
  };
  search.addEventListener("input", () => {
    filter();
    clearTimeout(waiting);
    const key = search.value.trim();
    if (key) waiting = setTimeout(() => tell({ eventName: "institution_list_search", payload: { key } }), 400);
  });
})();
