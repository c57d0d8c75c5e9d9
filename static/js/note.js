// Warns before a page with an addendum that is not added yet is left. Adding works without it.
(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const text = form.elements.text;
  const before = text.value;
  let isSending = false;
  form.addEventListener("submit", () => { isSending = true; });
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && text.value !== before) event.preventDefault();
  });
})();
