import { pageElement } from "./page-element.js";
import { readPlace, toHash } from "./place.js";

/** How long somebody who types pauses before it is searched for. */
const TYPING_MS = 250;

/** The form by which endpoints are searched for. */
export interface SearchForm {
  /** Shows what the URL says, but takes nothing away from somebody who types. */
  fill(): void;
}

/** @param onReplaced called when the URL became another one, of which the browser tells nobody */
export function createSearchForm(onReplaced: () => void): SearchForm {
  const text = pageElement<HTMLInputElement>("text");
  const field = pageElement<HTMLSelectElement>("field");
  let typing: ReturnType<typeof setTimeout> | undefined;

  /** Goes where the form says. Somebody who types leaves one step behind to go back by, not one for each pause. */
  const search = (isTyping: boolean): void => {
    clearTimeout(typing);
    typing = undefined;
    const place = readPlace(location.hash);
    const hash = toHash({ ...place, q: text.value.trim(), in: field.value, after: 0 });
    if (hash === toHash(place)) return;
    if (isTyping && place.q !== "") {
      history.replaceState(null, "", hash);
      onReplaced();
    } else {
      location.hash = hash;
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => search(true), TYPING_MS);
  });
  field.addEventListener("change", () => search(false));
  pageElement("search").addEventListener("submit", (event) => {
    event.preventDefault();
    search(false);
  });

  return {
    fill() {
      const { q, in: where } = readPlace(location.hash);
      if (typing === undefined && text.value.trim() !== q) text.value = q;
      field.value = where;
    },
  };
}
