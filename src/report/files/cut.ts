/** At most so many characters; what is left out shows as `…`. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // A character is two units at most: a book need not be taken apart for its first page.
  const characters = Array.from(text.slice(0, 2 * most));
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}
