import styles from "./dev-wallet-dialog.module.css";

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/**
 * Asks the person in a dialog that belongs to the wallet, not to the page: plain DOM, no framework, nothing from the page can
 * answer for them.
 * @returns true when they agreed; Escape and the other button mean no
 */
export function confirmInDialog(question: {
  title: string;
  rows: [string, string][];
  message?: string | undefined;
  approve: string;
  reject: string;
}): Promise<boolean> {
  const title = element("h2", { textContent: question.title, id: "dev-wallet-title" });
  const facts = element("dl", { className: styles.facts ?? "" });
  for (const [name, value] of question.rows) {
    facts.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
  }
  const approve = element("button", { textContent: question.approve, className: styles.approve ?? "", value: "yes" });
  const reject = element("button", { textContent: question.reject, className: styles.reject ?? "", value: "no" });
  approve.dataset.testid = "dev-wallet-approve";
  reject.dataset.testid = "dev-wallet-reject";
  const form = element(
    "form",
    { method: "dialog" },
    element("div", { className: styles.actions ?? "" }, reject, approve),
  );
  const dialog = element("dialog", { className: styles.dialog ?? "" }, title, facts);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.dataset.testid = "dev-wallet";
  if (question.message)
    dialog.append(element("pre", { textContent: question.message, className: styles.message ?? "", tabIndex: 0 }));
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  approve.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
