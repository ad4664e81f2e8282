/** Hides each label that would cover an earlier one; zooming in gives room, and brings it back. */
export function hideOverlaps(labels: HTMLElement[]): void {
  const taken: DOMRect[] = [];
  for (const label of labels) {
    const box = label.getBoundingClientRect();
    const covered =
      !label.classList.contains("selected") && taken.some((other) => meet(box, other));
    label.style.visibility = covered ? "hidden" : "visible";
    if (!covered) taken.push(box);
  }
}

function meet(a: DOMRect, b: DOMRect): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
