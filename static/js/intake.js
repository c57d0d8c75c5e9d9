// Saves answers while they are given. Without it each page is saved when it is left.
// What is not saved yet is kept in this page's memory only, never in the browser's storage.
(() => {
  const form = document.getElementById("answers");
  const shown = document.getElementById("saving");
  if (!shown || !form.requestSubmit) return;
  // Back to a page that came with errors asks for it anew, instead of asking whether to send again.
  history.replaceState(null, "");
  const said = document.getElementById("saving-said");
  const fields = form.elements;
  const PART = /\.(day|month|year|declined|other)$/;
  const PAUSE = 2000, SLOWEST = 20000, PATIENCE = 20000;
  // By question: what the controls hold, what was saved, what the server would not take.
  let saved = read(), batch, timer, wait = PAUSE;
  const refused = {};
  let isSending, isGoing, isOver, button;
  for (const name of form.dataset.unsaved.split(" ")) if (name) refused[name] = saved[name], saved[name] = null;

  function read() {
    const found = {};
    for (const { name, type, value, checked } of fields) {
      if (!name || type === "hidden" || type === "submit" || name.startsWith("keep.")) continue;
      const question = name.replace(PART, "");
      found[question] ??= "";
      if (checked || !/radio|checkbox/.test(type)) found[question] += name + "=" + value + "\n";
    }
    return found;
  }

  const changed = (now = read()) =>
    Object.keys(now).filter((name) => now[name] !== saved[name] && now[name] !== refused[name]);

  const isUnsaved = (now = read()) => batch || Object.keys(now).some((name) => now[name] !== saved[name]);

  // A screen reader hears a state once, not after every word.
  const say = (state) => {
    shown.textContent = shown.dataset[state];
    shown.classList.toggle("is-wrong", !/busy|saved/.test(state));
    if (state !== "busy" && said.textContent !== shown.textContent) said.textContent = shown.textContent;
  };

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  };

  const leave = () => {
    isGoing = true;
    form.requestSubmit(button);
  };

  // One batch at a time, sent again unchanged until it is answered: a lost answer to a save that
  // arrived must not look like somebody else's change.
  const pack = () => {
    const now = read(), only = changed(now);
    if (!only.length) return;
    const body = new FormData();
    body.append("seen", fields.seen.value);
    for (const name of only) body.append("only", name);
    for (const [name, value] of new FormData(form)) {
      if (only.includes(name.replace(PART, ""))) body.append(name, value);
    }
    return { now, only, body };
  };

  const settle = (answer) => {
    for (const name of batch.only) {
      (answer.refused.includes(name) ? refused : saved)[name] = batch.now[name];
    }
    fields.seen.value = answer.seen;
    batch = null;
    wait = PAUSE;
    if (answer.warning) document.getElementById("warning").innerHTML = answer.warning;
    say(answer.differ ? "differ" : answer.refused.length ? "refused" : "saved");
    if (changed().length) later(button ? 0 : PAUSE);
    else if (button) leave();
  };

  const fail = async (status) => {
    if (status === 409) {
      isOver = true;
      return say("sent");
    }
    if (status === 403) {
      const page = await (await fetch(location.href)).text();
      const token = /csrfmiddlewaretoken" value="(\w+)/.exec(page);
      if (token) fields.csrfmiddlewaretoken.value = token[1];
    }
    say(status === 403 || status === 404 ? "ended" : "lost");
    wait = Math.min(wait * 1.5, SLOWEST);
    later(wait);
  };

  const send = async () => {
    clearTimeout(timer);
    timer = 0;
    if (isSending || isOver || !(batch ??= pack())) return;
    isSending = true;
    batch.body.set("csrfmiddlewaretoken", fields.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST", body: batch.body, redirect: "manual", keepalive: document.hidden,
        signal: AbortSignal.timeout?.(PATIENCE),
      });
      if (answer.ok) settle(await answer.json());
      else await fail(answer.status);
    } catch {
      fail().catch(() => {});
    } finally {
      isSending = false;
    }
  };

  form.addEventListener("input", () => {
    isGoing = false;
    if (isOver || !changed().length) return;
    say("busy");
    if (!timer) later(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (isOver || isGoing) return;
    if (!batch && !changed().length) {
      isGoing = true;
      return;
    }
    event.preventDefault();
    button = event.submitter;
    send();
  });
  addEventListener("online", send);
  addEventListener("visibilitychange", () => document.hidden && send());
  // A tablet locks itself, whatever is on it.
  addEventListener("beforeunload", (event) => {
    if (!isGoing && !isOver && isUnsaved() && form.dataset.way !== "kiosk") event.preventDefault();
  });
  // Back to a page that the browser kept: drawn anew, unless something on it still has to be sent.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    isGoing = false;
    button = null;
    if (isUnsaved()) send();
    else location.reload();
  });
})();
// A tap on the figure ticks its box and leaves the page where it is. Without this it works too, but
// the browser goes to the box that was ticked.
document.querySelector(".taps")?.addEventListener("click", (event) => {
  const label = event.target.closest("label");
  if (!label) return;
  event.preventDefault();
  label.control.click();
});
