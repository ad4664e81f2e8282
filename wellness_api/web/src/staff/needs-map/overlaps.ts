/** Hides each label that would cover an earlier one; zooming in makes room, and brings it back. */
export function hideOverlaps(labels: HTMLElement[]): void {
  const taken: DOMRect[] = [];
  // The zone that the viewer chose has the first place.
  const isChosen = (label: HTMLElement) => label.classList.contains("selected");
  for (const label of [...labels].sort((a, b) => Number(isChosen(b)) - Number(isChosen(a)))) {
    const box = label.getBoundingClientRect();
    const covered = taken.some((other) => meet(box, other));
    label.style.visibility = covered ? "hidden" : "visible";
    if (!covered) taken.push(box);
  }
}

function meet(a: DOMRect, b: DOMRect): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
