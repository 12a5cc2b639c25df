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
    for (const count of counts) count.textContent = String(ticked);
  };
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; show(); });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}

// A form that was sent can't be sent again by a second click.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
