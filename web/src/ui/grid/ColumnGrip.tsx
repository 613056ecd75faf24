import type { PointerEvent } from 'react';

interface Props {
  label: string;
  width: number;
  onResize: (width: number) => void;
}

/** The edge of a column that can be dragged. By keyboard the same is done in the menu of columns. */
export function ColumnGrip({ label, width, onResize }: Props) {
  const start = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const from = event.clientX;
    const grip = event.currentTarget;
    const move = (moved: globalThis.PointerEvent) => onResize(width + moved.clientX - from);
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener('pointermove', move);
    grip.addEventListener('lostpointercapture', () => grip.removeEventListener('pointermove', move), { once: true });
  };
  return (
    <span
      className="grid-grip"
      title={label}
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={start}
      aria-hidden
    />
  );
}
