/** Buttons that copy a command. */

async function copy(text: string, from: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page that was opened as a file may not: then it is selected, for Ctrl-C.
    getSelection()?.selectAllChildren(from);
    return false;
  }
}

export function copyButtons(within: ParentNode): void {
  for (const button of within.querySelectorAll<HTMLButtonElement>('[data-copy]'))
    button.addEventListener('click', () => {
      const from = document.getElementById(button.dataset['copy'] ?? '');
      if (from === null) return;
      void copy(from.textContent, from).then((done) => {
        button.textContent = done ? 'Copied' : 'Selected';
        setTimeout(() => (button.textContent = 'Copy'), 1500);
      });
    });
}
