// Saves a note while it is written, and puts facts in at the caret. Without it the buttons do both.
// What is not saved yet is kept in this page's memory only, never in the browser's storage.
(() => {
  const form = document.querySelector("form[data-save]");
  if (!form?.requestSubmit) return;
  const shown = document.getElementById("saving"), said = document.getElementById("saving-said");
  const { seen, csrfmiddlewaretoken: token } = form.elements;
  // A part is a box, or the three choices of the follow-up.
  const parts = {};
  for (const control of form.querySelectorAll("textarea, select")) {
    (parts[control.dataset.part ?? control.name] ??= []).push(control);
  }
  const names = Object.keys(parts);
  const value = (name) => parts[name].map((control) => control.value).join(" ");
  const PAUSE = 1500, SLOWEST = 15000, PATIENCE = 20000;
  const saved = Object.fromEntries(names.map((name) => [name, value(name)]));
  // Parts that another window wrote into, until somebody chooses: name to { text, stamp }.
  const held = {};
  let batch, timer, wait = PAUSE, isSending, isOver, isGoing, isRenewed, button;
  // A page that was refused carries text that is not saved.
  if (form.querySelector("[aria-invalid], .other:not([hidden])")) for (const name of names) saved[name] = null;

  const changed = () => names.filter((name) => value(name) !== saved[name] && !held[name]);
  const isUnsaved = () => batch || names.some((name) => value(name) !== saved[name]);

  const say = (text, isWrong) => {
    shown.textContent = text;
    shown.classList.toggle("is-wrong", !!isWrong);
    // A screen reader hears that something is wrong, not every saving.
    if (isWrong && said.textContent !== text) said.textContent = text;
  };

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(send, pause);
  };

  // One batch at a time, sent again unchanged until it is answered: a lost answer to a save that
  // arrived must not look like another window's change.
  const pack = () => {
    const now = changed();
    if (!now.length) return;
    const body = new FormData();
    body.append("seen", seen.value);
    for (const name of now) for (const control of parts[name]) body.append(control.name, control.value);
    return { body, now: Object.fromEntries(now.map((name) => [name, value(name)])) };
  };

  const settle = (answer) => {
    for (const name in batch.now) if (!answer.differ[name]) saved[name] = batch.now[name];
    seen.value = answer.seen;
    batch = null;
    isRenewed = false;
    wait = PAUSE;
    for (const name in answer.differ) show(name, answer.differ[name]);
    if (Object.keys(held).length) say("Another window wrote here too: choose below the box", true);
    else if (answer.at) say("Saved " + answer.at);
    if (changed().length) later(button ? 0 : PAUSE);
    else if (button) leave();
  };

  const leave = () => {
    isGoing = true;
    form.requestSubmit(button);
  };

  const other = (name) => form.querySelector(`[data-other="${name}"]`);

  const show = (name, theirs) => {
    held[name] = theirs;
    const box = other(name);
    if (!box) return location.reload();
    box.hidden = false;
    box.querySelector(".written").textContent = theirs.text || "(emptied)";
    const choices = box.querySelector(".choices");
    if (choices) choices.hidden = !(box.querySelector("[data-plain]").hidden = true);
  };

  const choose = (name, isAdded) => {
    const box = form.elements[name];
    if (isAdded) box.value += "\n" + held[name].text;
    seen.value = seen.value.replace(new RegExp(` ${name}=\\w+`), ` ${name}=${held[name].stamp}`);
    delete held[name];
    other(name).hidden = true;
    say("Not saved yet");
    box.focus();
    send();
  };

  const fail = async (answer) => {
    const isRefused = answer && [409, 422].includes(answer.status);
    if (isRefused) {
      isOver = answer.status === 409;
      batch = button = null;
      return say("Not saved. " + (await answer.json()).text, true);
    }
    if (answer?.status === 403) {
      // Signed in again in another tab: its token counts here too.
      const page = await (await fetch(location.href)).text();
      const fresh = /csrfmiddlewaretoken" value="(\w+)/.exec(page);
      if (fresh) token.value = fresh[1];
      if (fresh && !isRenewed) {
        isRenewed = true;
        return later(0);
      }
    }
    const isOut = answer && (answer.type === "opaqueredirect" || [403, 404].includes(answer.status));
    say(isOut
      ? "Not saved: you are signed out. Sign in in another tab; your text stays here and is then saved."
      : "Not saved: no connection. Your text stays here; trying again.", true);
    wait = Math.min(wait * 1.5, SLOWEST);
    later(wait);
  };

  const send = async () => {
    clearTimeout(timer);
    timer = 0;
    if (isSending || isOver || !(batch ??= pack())) return;
    isSending = true;
    batch.body.set("csrfmiddlewaretoken", token.value);
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST", body: batch.body, redirect: "manual", keepalive: document.hidden,
        signal: AbortSignal.timeout?.(PATIENCE),
      });
      if (answer.ok) settle(await answer.json());
      else await fail(answer);
    } catch {
      fail().catch(() => {});
    } finally {
      isSending = false;
    }
  };

  const putIn = (box, text) => {
    const isAt = document.activeElement === box || box === last;
    const at = isAt ? box.selectionStart : box.value.length;
    const before = box.value.slice(0, at), after = box.value.slice(isAt ? box.selectionEnd : at);
    const start = before && !before.endsWith("\n") ? "\n" : "";
    const end = after && !after.startsWith("\n") ? "\n" : "";
    box.value = before + start + text + end + after;
    box.focus();
    const caret = before.length + start.length + text.length;
    box.setSelectionRange(caret, caret);
    typed();
  };

  const typed = () => {
    isGoing = false;
    button = null;
    if (isOver || !changed().length) return;
    say("Not saved yet");
    if (!timer) later(PAUSE);
  };

  let last;
  form.addEventListener("focusin", ({ target }) => { if (target.matches("textarea")) last = target; });
  form.addEventListener("input", typed);
  form.addEventListener("click", (event) => {
    const pressed = event.target.closest("button");
    if (!pressed) return;
    if ("text" in pressed.dataset) {
      event.preventDefault();
      putIn(form.elements[pressed.dataset.part], pressed.dataset.text);
    } else if ("add" in pressed.dataset || "mine" in pressed.dataset) {
      choose(pressed.closest("[data-other]").dataset.other, "add" in pressed.dataset);
    }
  });
  form.addEventListener("submit", (event) => {
    if (isOver || isGoing || !(batch || changed().length)) {
      isGoing = true;
      return;
    }
    event.preventDefault();
    button = event.submitter;
    send();
  });
  addEventListener("online", send);
  addEventListener("visibilitychange", () => send());
  addEventListener("beforeunload", (event) => {
    if (!isGoing && isUnsaved()) event.preventDefault();
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
