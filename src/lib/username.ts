/** A user name as it is kept and compared: small letters, one form of each character. */
export const nameOf = (username: string): string => username.normalize('NFKC').trim().toLowerCase()

const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{1,39}$/u

/** Whether a user name will do, as `nameOf` writes it: 2 to 40 letters and digits, with . _ - between them. */
export const isUsername = (name: string): boolean => USERNAME.test(name)
