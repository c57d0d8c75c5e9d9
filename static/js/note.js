// Warns before a page with unsaved note text is left. Saving works without it.
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
