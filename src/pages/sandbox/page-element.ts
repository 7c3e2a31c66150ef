/** An element of page.html. */
export function pageElement<Type extends HTMLElement = HTMLElement>(id: string): Type {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`page.html has no #${id}`);
  return found as Type;
}

/** Sets a text where it is another one: what is marked by the mouse stays marked. Whatever it holds, it is never HTML. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows a link to a place on this page, or hides it. */
export function setLink(link: HTMLElement, hash: string | undefined): void {
  link.hidden = hash === undefined;
  if (hash !== undefined && link.getAttribute("href") !== hash) link.setAttribute("href", hash);
}
