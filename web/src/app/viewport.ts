/**
 * Keeps the frame as high as what is really to be seen. Some phones lay the keyboard over the page instead of making the page smaller; then only
 * the visual viewport knows.
 */
export function followViewport(): void {
  const viewport = window.visualViewport
  if (!viewport) return
  const fit = () => {
    // While the page is zoomed by fingers the viewport is small for another reason.
    if (viewport.scale > 1.01) return
    const root = document.documentElement.style
    const covered = window.innerHeight - viewport.height
    if (covered > 80) root.setProperty('--frame-height', `${Math.round(viewport.height)}px`)
    else root.removeProperty('--frame-height')
  }
  viewport.addEventListener('resize', fit)
}
