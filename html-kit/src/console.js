// The console works without this: it refreshes the lists, sends forms without leaving the page, and copies.
"use strict";
(() => {
  const EVERY = 2000;
  const STAYS = 8000;
  const told = document.getElementById("told");
  const pause = document.getElementById("pause");

  // Emptied first, so that the same sentence is read out twice. What went well need not stay.
  let leaving;
  const tell = (text, problem = false) => {
    told.textContent = "";
    told.className = problem ? "floating problem" : "floating";
    clearTimeout(leaving);
    setTimeout(() => { told.textContent = text; }, 50);
    if (!problem) leaving = setTimeout(() => { told.textContent = ""; }, STAYS);
  };

  for (const button of document.querySelectorAll("[data-copy], #pause")) button.hidden = false;
  for (const link of document.querySelectorAll("[data-without-script]")) link.hidden = true;
  const address = new URL(location.href);
  if (address.searchParams.has("notice")) {
    address.searchParams.delete("notice");
    history.replaceState(null, "", address);
  }

  // What the server sent last, of each part that refreshes itself.
  const sent = new Map();
  for (const part of document.querySelectorAll("[data-live]")) sent.set(part.id, part.innerHTML);

  const isSelected = (part) => {
    const selection = getSelection();
    return !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  // Takes over the parts that have changed. Opened details stay open, and the focus stays where it was or, where its
  // button is gone, in its entry; a part in which text is selected waits.
  const adopt = (page) => {
    for (const fresh of page.querySelectorAll("[data-live]")) {
      const part = document.getElementById(fresh.id);
      if (!part || sent.get(fresh.id) === fresh.innerHTML || isSelected(part)) continue;
      sent.set(fresh.id, fresh.innerHTML);
      const open = [...part.querySelectorAll("details[open]")].map(({ id }) => id);
      const focused = part.contains(document.activeElement) ? document.activeElement : null;
      const places = [focused?.id, focused?.closest("li")?.id].filter(Boolean);
      part.replaceChildren(...fresh.childNodes);
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      const place = places.map((id) => document.getElementById(id)).find(Boolean);
      if (focused) (place ?? document.getElementById("content")).focus({ preventScroll: true });
    }
  };

  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

  // A page that was asked for before a form was sent shows what was before it.
  let turn = 0;
  let unreachable = false;
  const refresh = async () => {
    const asked = turn;
    try {
      const answer = await fetch(location.href);
      const page = await parsed(answer);
      if (answer.ok && asked === turn) adopt(page);
      if (unreachable) tell("");
      unreachable = false;
    } catch {
      if (!unreachable) tell(document.body.dataset.unreachable, true);
      unreachable = true;
    }
  };
  const isPaused = () => !pause || pause.getAttribute("aria-pressed") === "true";
  const again = async () => {
    if (!isPaused() && document.visibilityState === "visible") await refresh();
    setTimeout(again, EVERY);
  };
  setTimeout(again, EVERY);
  pause?.addEventListener("click", () => pause.setAttribute("aria-pressed", String(!isPaused())));

  // A field may be called "method" or "action", so the form's own are asked for as attributes.
  const send = async (form, button) => {
    turn += 1;
    try {
      const body = new URLSearchParams(new FormData(form, button));
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
      const page = await parsed(answer);
      const { pathname } = new URL(answer.url);
      if (!answer.ok) {
        tell(page.getElementById("refusal")?.textContent ?? document.title, true);
      } else if (pathname !== location.pathname) {
        location.assign(answer.url);
      } else {
        turn += 1;
        adopt(page);
        tell(page.getElementById("told").textContent);
        await refresh();
      }
    } catch {
      tell(document.body.dataset.unreachable, true);
    }
  };
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (form.getAttribute("method") !== "post") return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    send(form, submitter).finally(() => { delete form.dataset.sent; });
  });

  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
    } catch {
      // Without a secure context there is no clipboard but this one.
      getSelection().selectAllChildren(element);
      document.execCommand("copy");
    }
  };
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    await copy(document.getElementById(button.dataset.copy));
    tell(button.dataset.copied);
  });
})();
