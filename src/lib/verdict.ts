/** One reason of a refusal: what a refused person reads, whose rule it is, from when it no longer holds. */
export type Reason = {
  /** Stable name of the rule: the same in rule, refusal, log, test and help. */
  readonly code: string
  /** Id of the clause that refuses, as in the rulebook. */
  readonly clause: string
  /** Key of the words (a module's words.json) and the figures in them. */
  readonly because: { readonly key: string; readonly values: Readonly<Record<string, string | number>> }
  /** ISO instant from which this reason alone no longer refuses; null = never by waiting; absent = not about time. */
  readonly from?: string | null | undefined
  /** Where the rule comes from and how well that is known, for rules of law and line. */
  readonly source?: string | undefined
  readonly mark?: string | undefined
  readonly pack?: string | null | undefined
  readonly overridable?: boolean | undefined
}

/** The answer of a rule: yes, or no with every reason at once. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reasons: readonly [Reason, ...Reason[]] }

export const yes: Verdict = { ok: true }

/** A refusal with one reason, worded under `refusal.<code>`. */
export const no = (code: string, clause: string, values: Reason['because']['values'] = {}): Verdict => ({
  ok: false,
  reasons: [{ code, clause, because: { key: `refusal.${code}`, values } }],
})

/** All refusals together. */
export function all(...verdicts: readonly Verdict[]): Verdict {
  const [head, ...tail] = verdicts.flatMap((verdict) => (verdict.ok ? [] : verdict.reasons))
  return head ? { ok: false, reasons: [head, ...tail] } : yes
}
