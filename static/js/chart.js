// A tap on the figure ticks its box and leaves the page where it is. Without this it works too, but
// the browser goes to the box that was ticked.
document.querySelector(".taps")?.addEventListener("click", (event) => {
  const label = event.target.closest("label");
  if (!label) return;
  event.preventDefault();
  label.control.click();
});
