// Makes the question a real dialog: focus stays inside, Escape closes it.
import { look } from "./live.js";

const dialog = document.getElementById("receive-question");
// Whoever closed it before this script came has answered: it must not open again.
if (dialog.open) {
  dialog.removeAttribute("open");
  dialog.showModal();
}
// The page behind may show what was just decided. Nothing there had the focus before: go on at its content.
dialog.addEventListener("close", () => {
  document.getElementById("content").focus({ preventScroll: true });
  for (const part of document.querySelectorAll("main [data-live]")) look(part);
});
