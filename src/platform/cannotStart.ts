/** A start that must not go on. The message is a whole sentence for the person at the terminal; print it without a stack. */
export class CannotStart extends Error {
  override name = 'CannotStart'
}
