import { lazy, Suspense } from 'react';
import type { BuildChart } from './EChart';

const EChart = lazy(() => import('./EChart'));

interface Props {
  /** Must keep its identity while the data are the same. */
  build: BuildChart;
  label: string;
  height?: number;
}

/** A chart that leaves room for itself while its code is on the way. */
export function Chart({ build, label, height = 260 }: Props) {
  return (
    <Suspense fallback={<div style={{ height }} />}>
      <EChart build={build} label={label} height={height} />
    </Suspense>
  );
}
