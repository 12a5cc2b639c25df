/* Small comforts; every page works without this file. */
"use strict";
const all = (what) => [...document.querySelectorAll(what)];

// A box beside each password that shows it, named by the page's language.
const SHOW = { fr: "Afficher", en: "Show" };
for (const input of all("input[type=password]")) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  label.className = "opt show";
  label.append(box, SHOW[document.documentElement.lang] || SHOW.en);
  box.addEventListener("change", () => { input.type = box.checked ? "text" : "password"; });
  input.after(label);
}

// <input type=checkbox data-all="name"> ticks every box of that name; [data-count="name"] shows how many are ticked.
for (const every of all("input[data-all]")) {
  const boxes = all(`input[type=checkbox][name="${CSS.escape(every.dataset.all)}"]`);
  const counts = all(`[data-count="${CSS.escape(every.dataset.all)}"]`);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    every.checked = ticked > 0 && ticked === boxes.length;
    every.indeterminate = ticked > 0 && ticked < boxes.length;
    for (const count of counts) {
      count.textContent = String(ticked);
      count.parentElement.hidden = ticked === 0;
    }
  };
  every.hidden = false;
  every.addEventListener("change", () => { for (const box of boxes) box.checked = every.checked; show(); });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}

// A form that was sent can't be sent again by a second click, unless its answer may be a file.
for (const form of all("form[method=post]:not([data-again])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
});

// [data-poll] looks every two seconds how far something is, until it is over or a person stops it.
for (const part of all("[data-poll]")) {
  const stop = document.createElement("button");
  const put = (name, text) => {
    const place = part.querySelector(`[data-poll-${name}]`);
    if (place && place.textContent !== text) place.textContent = text;
  };
  let timer = 0;
  const look = async () => {
    try {
      const answer = await fetch(part.dataset.poll, { headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (found.finished) return location.reload();
      put("count", found.count);
      put("when", found.when);
      Object.assign(part.querySelector("progress"), { max: found.total, value: found.done });
    } catch { /* the next look may succeed */ }
    if (timer) timer = setTimeout(look, 2000);
  };
  const go = (on) => {
    clearTimeout(timer);
    timer = on ? setTimeout(look, 2000) : 0;
    stop.textContent = on ? part.dataset.pause : part.dataset.resume;
  };
  stop.type = "button";
  stop.addEventListener("click", () => go(!timer));
  part.querySelector(".acts").append(stop);
  go(true);
}

// Single keys, unless the account has them off: g and a letter, / search, ? these keys, j k rows, x tick. None sends.
const keys = document.body.dataset.keys;
const typing = "input:not([type=checkbox],[type=radio]),select,textarea,[contenteditable]";
let after = -Infinity; // when g was typed
const step = (by) => {
  const rows = all("main tbody tr:has(a)");
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  return rows[at + by]?.querySelector("th a, a");
};
const help = async () => {
  const page = new DOMParser().parseFromString(await (await fetch(keys)).text(), "text/html");
  const dialog = document.createElement("dialog");
  dialog.closedBy = "any";
  dialog.ariaLabel = page.querySelector("h1").textContent;
  dialog.append(...page.querySelector("#keys").children);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
};
// What a key does, and the element that it leads to, if any.
const acts = {
  "/": () => document.querySelector("main [type=search]"),
  "?": () => { help().catch(() => location.assign(keys)); },
  j: () => step(1),
  k: () => step(-1),
  x: () => { document.activeElement.closest("tbody tr")?.querySelector("[type=checkbox]")?.click(); },
};
if (keys) document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.target.closest(typing) || document.querySelector("dialog[open]")) return;
  const link = event.timeStamp - after < 1500 && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  after = event.key === "g" ? event.timeStamp : -Infinity;
  if (!link && !Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  if (link) link.click();
  else acts[event.key]()?.focus();
});

// [data-insert] puts a field where one was writing; [data-live] shows a text again a moment after it was changed.
let writing = document.querySelector("textarea");
for (const button of all("[data-insert]")) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    writing.setRangeText(button.dataset.insert, writing.selectionStart, writing.selectionEnd, "end");
    writing.focus();
    writing.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
for (const button of all("[data-live]")) {
  let timer = 0;
  button.form.addEventListener("focusin", (event) => { if (event.target.matches("#subject,#body")) writing = event.target; });
  button.form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const shown = document.querySelector(`iframe[name=${button.formTarget}]`);
      const fresh = shown.cloneNode(); // a new frame adds nothing to the history
      fresh.removeAttribute("src");
      shown.replaceWith(fresh);
      button.form.requestSubmit(button);
    }, 700);
  });
}
