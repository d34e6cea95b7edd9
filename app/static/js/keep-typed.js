// What is typed into a long form and isn't stored yet outlives the page: it is kept in this tab.

const PREFIX = "typed:";

/** Keep it; false where the browser has no room, or no storage for us. */
export function keep(key, typed) {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(typed));
    return true;
  } catch {
    return false;
  }
}

/** What was kept under this key, or nothing. */
export function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

export function forget(key) {
  try {
    sessionStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing was kept.
  }
}

for (const place of document.querySelectorAll("[data-forget]")) forget(place.dataset.forget);
