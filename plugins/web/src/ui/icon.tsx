// Line icons of 24 by 24, drawn for this client.
const shapes = {
  accounts: "M3 10h18M5 10V7l7-4 7 4v3M6 10v8m4-8v8m4-8v8m4-8v8M4 21h16",
  move: "M4 8h14m-4-4 4 4-4 4M20 16H6m4 4-4-4 4-4",
  security: "M12 3l8 3v6c0 5-3.5 8-8 9-4.500-1-8-4-8-9V6zM9 12l2 2 4-4",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 5 5",
  open: "M12 5v14M5 12h14",
  day: "M4 7h16v13H4zM4 11h16M8 4v4m8-4v4",
  users:
    "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-7 10c0-4 3-7 7-7s7 3 7 7m0-18a4 4 0 0 1 0 8m3 3c2 1 3 4 3 7",
  audit: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  system: "M3 12h4l3-8 4 16 3-8h4",
  limits:
    "M4 7h9m5 0h2M4 17h3m5 0h8M15.500 7a2.500 2.500 0 1 0 0-.01zM9.500 17a2.500 2.500 0 1 0 0-.01z",
  signOut: "M14 4H5v16h9M10 12h11m-4-4 4 4-4 4",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.500 10 17 19 7",
  lock: "M6 11h12v10H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  warning: "M12 4 2.500 20h19zM12 10v5m0 2.500v.01",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5m0-8.500v.01",
  in: "M12 4v14m-6-6 6 6 6-6",
  out: "M12 20V6m-6 6 6-6 6 6",
  back: "M20 12H5m6-6-6 6 6 6",
  more: "M9 5l7 7-7 7",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
