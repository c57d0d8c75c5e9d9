// Finds patients while the desk types; the Find button does the same without it.
(() => {
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const PAUSE = 200;
  let timer, older;

  const show = (html) => {
    const found = new DOMParser().parseFromString(html, "text/html").getElementById("results");
    const shown = document.getElementById("results");
    // The status line itself stays, so that a screen reader says its new words.
    shown.querySelector("[role=status]").textContent = found.querySelector("[role=status]").textContent;
    shown.querySelector("ul").replaceChildren(...found.querySelector("ul").children);
  };

  const find = async () => {
    older?.abort();
    older = new AbortController();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "XMLHttpRequest" },
        signal: older.signal,
      });
      // Signed out meanwhile: a plain submit leads to the sign-in page.
      if (answer.redirected) form.submit();
      else if (answer.ok) show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  form.elements.q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
})();
