/* Small comforts; every page works without this file. */
"use strict";

// A box beside each password that shows it, named by the page's language.
const SHOW = { fr: "Afficher", en: "Show" };
for (const input of document.querySelectorAll("input[type=password]")) {
  const label = document.createElement("label");
  const box = document.createElement("input");
  box.type = "checkbox";
  label.className = "opt show";
  label.append(box, SHOW[document.documentElement.lang] || SHOW.en);
  box.addEventListener("change", () => { input.type = box.checked ? "text" : "password"; });
  input.after(label);
}

// <input type=checkbox data-all="name"> ticks every box of that name; [data-count="name"] shows how many are ticked.
for (const all of document.querySelectorAll("input[data-all]")) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.all)}"]`)];
  const counts = document.querySelectorAll(`[data-count="${CSS.escape(all.dataset.all)}"]`);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    for (const count of counts) {
      count.textContent = String(ticked);
      count.parentElement.hidden = ticked === 0;
    }
  };
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; show(); });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}

// A form that was sent can't be sent again by a second click, unless its answer may be a file.
for (const form of document.querySelectorAll("form[method=post]:not([data-again])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// [data-poll] looks every two seconds how far something is, until it is over or a person stops it.
for (const part of document.querySelectorAll("[data-poll]")) {
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
