// Finds patients while the desk types; the Find button does the same without it.
(() => {
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const PAUSE = 200;
  let timer, older;

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
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(form.dataset.live);
      // The region itself stays, so that a screen reader hears its new content.
      if (found) document.getElementById(form.dataset.live).replaceChildren(...found.childNodes);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  form.elements.q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
})();
