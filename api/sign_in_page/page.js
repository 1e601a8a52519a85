// Shows and hides what is typed, copies recovery codes, and sends no form twice. Everything else works without a script.
for (const button of document.querySelectorAll("button.show")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = button.parentElement.querySelector("input");
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    field.focus();
  });
}

const copy = document.querySelector("button.copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const codes = [...document.querySelectorAll(".codes code")].map((code) => code.textContent);
    await navigator.clipboard.writeText(codes.join("\n"));
    copy.textContent = "Copied";
  });
}

// The answer to a second click would take the place of the first one's, which alone holds the recovery codes.
const ONE_CLICK = 2000; // ms
let sentAt = -ONE_CLICK;
document.addEventListener("submit", (event) => {
  if (event.timeStamp - sentAt < ONE_CLICK) event.preventDefault();
  else sentAt = event.timeStamp;
});
