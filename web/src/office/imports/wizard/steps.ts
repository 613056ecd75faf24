export const STEPS = ['file', 'format', 'columns', 'check', 'trial', 'import', 'report'] as const;
export type Step = (typeof STEPS)[number];

/** The step of the address; without a file there is only the first one. */
export function stepOf(text: string | undefined, hasUpload: boolean, hasJob: boolean): Step {
  const step = STEPS.find((one) => one === text) ?? 'file';
  if (!hasUpload) return 'file';
  if ((step === 'import' || step === 'report') && !hasJob) return 'trial';
  return step;
}
