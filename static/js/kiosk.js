// Locks a tablet two minutes after the last touch. Without scripts the page itself leaves.
(() => {
  const form = document.querySelector("form[data-kiosk]");
  if (!form) return;
  const idle = 120000, between = 20000;
  let timer, told = Date.now();
  const lock = () => { location.replace(form.dataset.kiosk); };
  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(lock, idle);
    if (Date.now() - told < between) return;
    told = Date.now();
    fetch(form.dataset.awake, { method: "POST", body: new FormData(form) }).then((answer) => {
      if (answer.redirected) lock();
    }, () => {});
  };
  for (const sign of ["input", "pointerdown", "keydown", "scroll", "touchstart"]) {
    addEventListener(sign, rest, { passive: true });
  }
  rest();
  // A page from the browser's memory is asked for again.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
